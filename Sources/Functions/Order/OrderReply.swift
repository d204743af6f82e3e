/// An order as it is answered.
package struct OrderReply<Outcome: ReplyOutcome>: Reply {
    package static var schemaName: String { "Order" }

    package let order: Order
    package let outcome: Outcome

    init(_ outcome: Outcome, _ order: Order) {
        self.outcome = outcome
        self.order = order
    }

    package static var members: [Member<Order>] { Order.members }
    package var subject: Order { order }

    /// Where the new order stands, also where it was rejected; one that was only found has none.
    package var location: String? { outcome is Found ? nil : "/api/orders/\(order.id)" }

    package static func example(_ outcome: Outcome) -> OrderReply {
        OrderReply(outcome, .example(outcome.status == 402 ? .rejected : .paid))
    }
}

extension Order {
    static let members: [Member<Order>] = [
        .id("id") { $0.id },
        .id("userId") { $0.userID },
        .text("title", Title.schema.document) { $0.title },
        .integer("price", Money.amountDocument) { $0.price },
        .text("currency", Money.currencyDocument) { $0.currency },
        .text("status", .enumeration(Order.Status.self)) { $0.status.rawValue },
        .optionalText("reason", Order.reasonDocument) { $0.reason },
        .time("createdAt") { $0.createdAt },
    ]

    /// Why it was rejected.
    package var reason: String? { status == .rejected ? "insufficient-funds" : nil }

    static let reasonDocument: JSON = [
        "type": "string", "enum": ["insufficient-funds"],
        "description": "Why the order was rejected; left out where it was paid.",
    ]

    static func example(_ status: Status) -> Order {
        Order(
            id: Example.orderID,
            userID: Example.userID,
            title: Example.title,
            price: 150_000,
            currency: Example.currency,
            status: status,
            version: 1,
            createdAt: Example.time
        )
    }
}
