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

struct GetLatestOrderTests {
    @Test func `the newest order counts, also a rejected one`() async throws {
        let store = try await TestStore()
        let alice = try await store.open(.alice, 10)
        _ = try await store.order("tea", 1)
        let newest = try await store.order("a samovar", 100)

        let found = try await store.output(GetLatestOrder.self, .init(userID: alice))

        #expect(found.order == newest.order)
        #expect(found.order.status == .rejected)
    }

    @Test func `without an order there is word of how to place one`() async throws {
        let store = try await TestStore()
        let alice = try await store.open(.alice)

        let refused = await problem(GetLatestOrder.Code.self) {
            try await store.output(GetLatestOrder.self, .init(userID: alice))
        }

        #expect(refused?.code == .noOrder)
        #expect(refused?.detail == "Place one: POST /api/orders.")
    }
}
