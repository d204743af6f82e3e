package enum RegistrationSubject {}
package typealias RegistrationID = ID<RegistrationSubject>

/// The claim of one attempt to register an e-mail: committed before the user is created.
///
/// One claim an e-mail. It ends when the account is open or the attempt is given up.
package struct RegistrationClaim: Sendable, Equatable {
    /// How long after its last attempt a claim lives, and how long after the claim a user that was
    /// made counts as made by it; in milliseconds.
    package static let lifetime: Int64 = 60_000
    /// How long the user that an attempt asked for may take to be there; in milliseconds.
    package static let patience: Int64 = 15_000

    package let id: RegistrationID
    /// In small letters, its domain as A-labels.
    package let email: String
    package let phone: String?
    package let locale: String?
    /// The idempotency key that holds the claim.
    package let key: KeyClaim
    package let requestID: UUID
    package var claimedAt: Timestamp
    package var attemptedAt: Timestamp

    package init(
        id: RegistrationID,
        email: String,
        phone: String?,
        locale: String?,
        key: KeyClaim,
        requestID: UUID,
        claimedAt: Timestamp,
        attemptedAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.phone = phone
        self.locale = locale
        self.key = key
        self.requestID = requestID
        self.claimedAt = claimedAt
        self.attemptedAt = attemptedAt
    }

    /// Whether its last attempt may still be under way, whichever way the clock was set since.
    package func isAlive(at now: Timestamp) -> Bool {
        (now.milliseconds - attemptedAt.milliseconds).magnitude < RegistrationClaim.lifetime
    }

    /// Whether a user made at this moment counts as made under the claim.
    package func covers(_ createdAt: Timestamp) -> Bool {
        let age = createdAt.milliseconds - claimedAt.milliseconds
        return age >= 0 && age <= RegistrationClaim.lifetime
    }
}

/// A registration that is over: what its answer is rendered from.
package struct Registration: Sendable, Equatable {
    package let id: RegistrationID
    package let userID: UserID
    package let email: String
    /// The account as it was when the registration ended.
    package let balance: Int64
    package let currency: String
    package let accountCreatedAt: Timestamp

    package init(
        id: RegistrationID,
        userID: UserID,
        email: String,
        balance: Int64,
        currency: String,
        accountCreatedAt: Timestamp
    ) {
        self.id = id
        self.userID = userID
        self.email = email
        self.balance = balance
        self.currency = currency
        self.accountCreatedAt = accountCreatedAt
    }
}
