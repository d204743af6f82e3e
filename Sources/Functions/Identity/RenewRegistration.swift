/// Moves a claim's beginning on to its last attempt, after which no user was there: from then on its
/// minute counts.
package enum RenewRegistration: TransactionFunction {
    package typealias Code = Register.Code

    package static func rows(_ input: RegistrationClaim, _ call: Call) -> Rows {
        Rows(claims: [input.email])
    }

    package static func handle(
        _ input: RegistrationClaim,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> RegistrationClaim {
        guard transaction.isCurrent(input) else {
            throw Problem(.registrationInProgress)
        }
        var renewed = input
        // An attempt's own moment may lie ahead of the clock: it tells attempts apart, too.
        renewed.claimedAt = min(input.attemptedAt, transaction.now)
        transaction.keep(renewed)
        return renewed
    }
}
