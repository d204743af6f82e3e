/// The event `order.settled`: an order was decided and its letter waits.
///
/// A CloudEvent without data: `id` is the letter's id, `subject` the order's, which is the same.
package struct OrderSettled: Sendable, Equatable {
    package static let type = "order.settled"

    package let id: LetterID
    package let traceparent: String?
    package let requestID: UUID
    package let createdAt: Timestamp

    package var orderID: OrderID { OrderID(id.uuid) }

    package init(
        id: LetterID,
        traceparent: String?,
        requestID: UUID,
        createdAt: Timestamp
    ) {
        self.id = id
        self.traceparent = traceparent
        self.requestID = requestID
        self.createdAt = createdAt
    }
}
