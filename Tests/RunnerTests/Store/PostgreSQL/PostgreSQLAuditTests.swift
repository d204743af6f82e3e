import Functions
import Runner
import Testing

/// The audit of a database sees what is wrong; the outbox's list and its redrive see letters.
@Suite(TestDatabase.isThere)
struct PostgreSQLAuditTests {
    @Test func `a ledger in use is clean, and its sums are zero`() async throws {
        let database = try TestDatabase()
        let ledger = try await filled(database)

        let report = try await PostgreSQLAudit.run(options(database))

        #expect(report.findings == [])
        #expect(report.accounts == 2)
        #expect(report.movements == 5)
        #expect(report.orders == 3)
        #expect(report.keys == 3)
        #expect([report.outside, report.shop, report.users] == [-2_000, 310, 1_690])
        withExtendedLifetime(ledger) {}
    }

    @Test(arguments: [
        ("UPDATE accounts SET balance = balance + 1", "balance"),
        ("UPDATE accounts SET version = version + 1", "chain"),
        ("UPDATE orders SET balance = balance + 1 WHERE status = 'paid'", "chain"),
        ("UPDATE orders SET version = version + 10 WHERE status = 'rejected'", "chain"),
        ("UPDATE orders SET price = price - 1 WHERE status = 'paid'", "chain"),
        ("UPDATE orders SET currency = 'EUR'", "order"),
        ("DELETE FROM letters", "order"),
        ("DELETE FROM answers", "key"),
        ("DELETE FROM keys", "key"),
        ("UPDATE answers SET reference = fingerprint", "key"),
        ("UPDATE answers SET outcome = 'rejected' WHERE outcome = 'paid'", "key"),
        (
            "ALTER TABLE letters DROP CONSTRAINT letters_id_fkey; DELETE FROM orders",
            "reference"
        ),
        (
            "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; "
                + "ALTER TABLE movements DROP CONSTRAINT movements_user_id_fkey; "
                + "DELETE FROM accounts",
            "reference"
        ),
    ])
    func `what was changed behind the service's back is found`(
        change: String,
        rule: String
    ) async throws {
        let database = try TestDatabase()
        let ledger = try await filled(database)
        try database.raw().run(change)

        let report = try await PostgreSQLAudit.run(options(database))

        #expect(report.findings.map(\.rule).contains(rule))
        withExtendedLifetime(ledger) {}
    }

    @Test func `a database without the schema is not audited`() async throws {
        let database = try TestDatabase()
        let options = try options(database)
        let refusal = await #expect(throws: StoreOpenError.self) {
            try await PostgreSQLAudit.run(options)
        }
        #expect(refusal?.description.contains("runner migrate") == true)
    }

    @Test func `the outbox lists what waits and what has failed, and redrive takes what it can`()
        async throws
    {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let (anna, nobody) = (
            await ledger.user(holding: 100), await ledger.user(holding: 100, email: nil)
        )
        let waiting = await ledger.order(anna, 1).output?.order.id
        let failed = await ledger.order(nobody, 1).output?.order.id

        let lines = try await OutboxListing.read(options(database))
        #expect(lines.map(\.state) == ["waiting", "failed"])
        #expect(lines.map(\.id) == [waiting?.uuid, failed?.uuid])
        #expect(lines.map(\.detail) == ["", "no address"])
        #expect(try await ledger.store.redrive(nil) == [])

        try database.raw().run("UPDATE accounts SET email = 'bert@example.org'")
        #expect(try await ledger.store.redrive(nil).map(\.uuid) == [failed?.uuid])
        #expect(
            try await OutboxListing.read(options(database)).map(\.state) == ["waiting", "waiting"]
        )
    }

    private func options(_ database: TestDatabase) throws -> DatabaseOptions {
        DatabaseOptions(address: try PostgreSQLAddress(url: Secret(database.url)), log: KeptLog())
    }

    private func filled(_ database: TestDatabase) async throws -> TestLedger {
        let ledger = try await TestLedger(database.url)
        let (anna, bert) = (await ledger.user(holding: 1_000), await ledger.user(holding: 1_000))
        _ = await ledger.order(anna, 300, key: TestStore.newKey())
        _ = await ledger.order(anna, 701, key: TestStore.newKey())
        _ = await ledger.order(bert, 5, key: TestStore.newKey())
        let withdrawal = Withdraw.Input(
            userID: bert,
            amount: 5,
            orderID: OrderID(TestStore.randomUUID())
        )
        _ = await ledger.run(Withdraw.self, withdrawal)
        return ledger
    }
}
