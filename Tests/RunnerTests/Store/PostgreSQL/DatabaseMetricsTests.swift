import Functions
import Runner
import Testing

/// What `/metrics` tells of the connections to PostgreSQL.
@Suite(TestDatabase.isThere)
struct DatabaseMetricsTests {
    @Test func `connections and what waits for one are shown, without a question to the database`()
        async throws
    {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url) { $0.database.connections = 1 }
        let metrics = Metrics(functions: [], loops: 1)
        metrics.watch(store: ledger.store)
        let user = await ledger.user(holding: 100)
        let isAtRest = try await becomesTrue { text(metrics).contains(connections(idle: 1)) }
        #expect(isAtRest)
        #expect(text(metrics).contains("orders_database_reachable 1"))
        #expect(text(metrics).contains(#"orders_database_waiting{kind="transaction"} 0"#))

        let holder = try database.raw()
        try holder.run("BEGIN")
        try holder.run("SELECT 1 FROM accounts WHERE user_id = '\(user)' FOR UPDATE")
        async let held = ledger.order(user, 1)
        let isBusy = try await becomesTrue { text(metrics).contains(connections(busy: 1)) }
        #expect(isBusy)
        async let waiting = ledger.order(user, 2)
        async let listed = ledger.query(ListOrders.self, .init(whose: .user(user)))
        let isWaiting = try await becomesTrue {
            let found = text(metrics)
            return found.contains(#"orders_database_waiting{kind="transaction"} 1"#)
                && found.contains(#"orders_database_waiting{kind="query"} 1"#)
        }
        #expect(isWaiting)
        try holder.run("ROLLBACK")

        _ = await (held, waiting, listed)
        ledger.store.close()
        #expect(text(metrics).contains(connections()))
    }

    /// The lines of the three states, as they stand below one another.
    private func connections(idle: Int = 0, busy: Int = 0) -> String {
        [("opening", 0), ("idle", idle), ("busy", busy)]
            .map { "orders_database_connections{state=\"\($0.0)\"} \($0.1)" }
            .joined(separator: "\n")
    }

    private func text(_ metrics: Metrics) -> String {
        String(decoding: metrics.text(), as: UTF8.self)
    }
}
