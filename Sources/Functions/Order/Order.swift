package enum OrderSubject {}
package typealias OrderID = ID<OrderSubject>

/// An order as it was decided; it never changes.
package struct Order: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable { case paid, rejected }

    package let id: OrderID
    package let userID: UserID
    /// As it was given, scalar by scalar.
    package let title: String
    package let price: Int64
    package let currency: String
    package let status: Status
    /// The account's version that this order is: its movement's where it was paid.
    package let version: Int64
    package let createdAt: Timestamp

    package init(
        id: OrderID,
        userID: UserID,
        title: String,
        price: Int64,
        currency: String,
        status: Status,
        version: Int64,
        createdAt: Timestamp
    ) {
        self.id = id
        self.userID = userID
        self.title = title
        self.price = price
        self.currency = currency
        self.status = status
        self.version = version
        self.createdAt = createdAt
    }
}
