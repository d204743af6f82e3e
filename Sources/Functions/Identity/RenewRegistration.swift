/// Moves a claim's beginning on towards its last attempt, after which no user was there: from then on
/// its minute counts.
///
/// Not all the way: what an earlier attempt asked for, which died over it, may be under way still.
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
        let attempted = min(input.attemptedAt, transaction.now).milliseconds
        let earliest = Timestamp(milliseconds: attempted - RegistrationClaim.patience)
        renewed.claimedAt = max(input.claimedAt, earliest)
        transaction.keep(renewed)
        return renewed
    }
}
