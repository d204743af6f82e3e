/// One order; other people's are not found.
package enum GetOrder: QueryFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let orderID: OrderID

        package init(orderID: OrderID) { self.orderID = orderID }
    }

    package enum Code: String, ProblemCode {
        case orderMissing

        package var status: Int { 404 }
        package var title: String { "No such order" }
        package var detail: String {
            "You have no order with this id. GET /api/orders lists yours."
        }
    }

    package static let declaration = Declaration(
        "getOrder",
        "One order.",
        .http(.get, "/api/orders/{orderId}"),
        access: .owner
    )

    package static let input = InputSchema<Input>.fields(.path("orderId")) { Input(orderID: $0) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> OrderReply<Found> {
        guard let order = snapshot.order(input.orderID), call.maySee(order.userID) else {
            throw Problem(.orderMissing)
        }
        return OrderReply(.found, order)
    }
}
