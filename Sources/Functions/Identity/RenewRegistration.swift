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
        renewed.claimedAt = input.attemptedAt
        transaction.keep(renewed)
        return renewed
    }
}
