/// Claims an e-mail for one attempt to register it: commits that no user had it.
package enum ClaimRegistration: TransactionFunction {
    package struct Input: Sendable {
        let email: String
        let phone: String?
        let locale: String?
        let key: KeyClaim
        /// Whether the identity provider had a user with this e-mail just now.
        let isTaken: Bool

        package init(_ input: Register.Input, _ key: KeyClaim, isTaken: Bool) {
            email = input.email
            phone = input.phone
            locale = input.locale
            self.key = key
            self.isTaken = isTaken
        }
    }

    package enum Output: Sendable, Equatable {
        /// The e-mail belongs to a user whom this key did not make.
        case taken
        case fresh(RegistrationClaim)
        /// An earlier attempt of the same key did not end.
        case resumed(RegistrationClaim)
    }

    package typealias Code = Register.Code

    package static func rows(_ input: Input, _ call: Call) -> Rows {
        Rows(claims: [input.email])
    }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> Output {
        if let claim = transaction.claim(of: input.email) {
            if claim.key == input.key { return resume(claim, in: transaction) }
            guard !claim.isAlive(at: transaction.now) else {
                throw claim.key.key == input.key.key
                    ? Problem(.keyReused)
                    : Problem(.registrationInProgress)
            }
        }
        // A claim of another key that ended without a user is replaced; one that may have made the
        // user is left to the sweeper.
        guard !input.isTaken else { return .taken }
        let claim = RegistrationClaim(
            id: RegistrationID(transaction.newIdentifier()),
            email: input.email,
            phone: input.phone,
            locale: input.locale,
            key: input.key,
            requestID: call.requestID,
            claimedAt: transaction.now,
            attemptedAt: transaction.now
        )
        transaction.keep(claim)
        return .fresh(claim)
    }

    private static func resume(
        _ claim: RegistrationClaim,
        in transaction: borrowing Transaction
    ) -> Output {
        var resumed = claim
        resumed.attemptedAt = max(transaction.now, claim.attemptedAt.next)
        transaction.keep(resumed)
        return .resumed(resumed)
    }
}

extension Timestamp {
    fileprivate var next: Timestamp { Timestamp(milliseconds: milliseconds + 1) }
}
