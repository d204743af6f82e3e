/// A user's orders, paid and rejected, newest first; for operators everybody's too.
package enum ListOrders: QueryFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let whose: Whose
        package let limit: Int
        /// Where the last page ended.
        package let cursor: UUID?

        package init(whose: Whose, limit: Int = Paging.defaultLimit, cursor: UUID? = nil) {
            self.whose = whose
            self.limit = limit
            self.cursor = cursor
        }
    }

    package typealias Code = NoProblem

    package static let declaration = Declaration(
        "listOrders",
        "Orders, newest first.",
        .http(.get, "/api/orders"),
        access: .owner
    )

    package static let input = InputSchema<Input>.fields(
        .whose,
        .query("limit", Paging.limit),
        .query("cursor", Paging.cursor)
    ) { Input(whose: $0, limit: $1 ?? Paging.defaultLimit, cursor: $2) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> Page<OrderReply<Found>> {
        let found = snapshot.orders(
            input.whose,
            behind: input.cursor.map { OrderID($0) },
            limit: input.limit + 1
        )
        return Page(found.map { OrderReply(.found, $0) }, limit: input.limit) { $0.order.id.uuid }
    }
}
