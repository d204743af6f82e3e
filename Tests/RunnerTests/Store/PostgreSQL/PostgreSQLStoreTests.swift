import Functions
import Runner
import Testing

/// What the store on PostgreSQL does that no other store does: many processes, locks, breaks.
@Suite(TestDatabase.isThere)
struct PostgreSQLStoreTests {
    @Test func `an order takes the money, keeps its letter and is listed`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 1_000)

        let paid = await ledger.order(user, 300)
        let rejected = await ledger.order(user, 701)

        #expect(paid.output?.outcome == .paid)
        #expect(rejected.output?.outcome == .rejected)
        #expect(await ledger.balance(user) == 700)
        let orders = try await ledger.query(ListOrders.self, .init(whose: .user(user), limit: 10))?
            .get()
        #expect(orders?.items.map(\.order.price) == [701, 300])
        let raw = try database.raw()
        #expect(
            try raw.run("SELECT status, fence FROM letters ORDER BY id") == [
                ["queued", "0"], ["queued", "0"],
            ]
        )
    }
}
