internal import Testing

@testable package import Functions

/// The newest order of the user whom the path names.
///
/// Paid or rejected: what counts is that it was placed last.
package enum GetLatestOrder: QueryFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let userID: UserID
    }

    package enum Code: String, ProblemCode {
        case noOrder

        package var status: Int { 404 }
        package var title: String { "There is no order yet" }
        package var detail: String { "Place one: POST /api/orders." }
    }

    package static let declaration = Declaration(
        "getLatestOrder",
        "The newest order of a user.",
        .http(.get, "/api/billing/accounts/{userId}/latest-order"),
        access: .owner
    )

    package static let input = InputSchema<Input>.fields(.path("userId")) { Input(userID: $0) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> OrderReply<Found> {
        let newest = snapshot.orders(.user(input.userID), behind: nil, limit: 1)
        guard let order = newest.first else { throw Problem(.noOrder) }
        return OrderReply(.found, order)
    }
}

struct WorkedExampleTests {
    @Test func `the example of the documentation can stand in the catalog`() {
        let function = AnyFunction.query(GetLatestOrder.self)

        #expect(function.declaration.name == "getLatestOrder")
        #expect(Catalog.functions.allSatisfy { $0.declaration.name != "getLatestOrder" })
    }
}
