/// Gives an attempt up: ends its claim, unless another attempt has taken it on.
package enum EndRegistration: TransactionFunction {
    package typealias Code = Register.Code

    package static func rows(_ input: RegistrationClaim, _ call: Call) -> Rows {
        Rows(claims: [input.email])
    }

    package static func handle(
        _ input: RegistrationClaim,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) {
        guard transaction.isCurrent(input) else {
            throw Problem(.registrationInProgress)
        }
        transaction.end(input)
    }
}
