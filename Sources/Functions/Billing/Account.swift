/// A user's account: what it holds and how its user is reached.
package struct Account: Sendable, Equatable {
    package let userID: UserID
    /// In minor units, 0 … `Money.largestBalance`.
    package var balance: Int64
    /// Counts the movements and orders of the account; the next one takes `version + 1`.
    package var version: Int64
    package let createdAt: Timestamp
    package var contact: Contact

    package init(
        userID: UserID,
        balance: Int64,
        version: Int64,
        createdAt: Timestamp,
        contact: Contact
    ) {
        self.userID = userID
        self.balance = balance
        self.version = version
        self.createdAt = createdAt
        self.contact = contact
    }
}

/// How a user is reached, checked by register's rules.
package struct Contact: Sendable, Equatable {
    package var email: String?
    /// E.164.
    package var phone: String?
    /// BCP 47.
    package var locale: String?

    package init(email: String? = nil, phone: String? = nil, locale: String? = nil) {
        self.email = email
        self.phone = phone
        self.locale = locale
    }
}

package enum MovementSubject {}
package typealias MovementID = ID<MovementSubject>

/// Money that moved: from the outside account to a user's (deposit), or from a user's to the shop's
/// (withdrawal).
package struct Movement: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case deposit, withdrawal }

    package let id: MovementID
    package let userID: UserID
    package let kind: Kind
    /// Always above zero; the kind says which way.
    package let amount: Int64
    /// The user's balance after it.
    package let balance: Int64
    /// The account's version that this movement is.
    package let version: Int64
    package let orderID: OrderID?
    package let createdAt: Timestamp

    package init(
        id: MovementID,
        userID: UserID,
        kind: Kind,
        amount: Int64,
        balance: Int64,
        version: Int64,
        orderID: OrderID?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.userID = userID
        self.kind = kind
        self.amount = amount
        self.balance = balance
        self.version = version
        self.orderID = orderID
        self.createdAt = createdAt
    }
}
