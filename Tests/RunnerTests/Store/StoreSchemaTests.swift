import Functions
import Runner
import Testing

/// What the schema takes from nobody, whoever holds the pen.
struct StoreSchemaTests {
    @Test(arguments: [
        "UPDATE movements SET amount = 1", "DELETE FROM movements",
        "UPDATE orders SET status = 'paid'", "DELETE FROM orders",
        "UPDATE keys SET detail = NULL", "DELETE FROM keys",
        "DELETE FROM accounts", "UPDATE accounts SET created_at = 0",
        "DELETE FROM letters", "UPDATE letters SET template = 2",
        "UPDATE letters SET request_id = zeroblob(16)",
        "UPDATE accounts SET balance = -1", "UPDATE accounts SET balance = 9007199254740992",
        "UPDATE accounts SET balance = 1.5", "UPDATE accounts SET version = 'one'",
        "UPDATE letters SET status = 'sent'", "UPDATE letters SET status = 'lost'",
        "UPDATE letters SET recipient = NULL WHERE status = 'queued'",
        "UPDATE letters SET fence = -1",
        "UPDATE letters SET status = 'failed', lease_until = 1",
        "INSERT INTO movements SELECT zeroblob(16), user_id, version, leaves, reaches, amount, "
            + "balance, zeroblob(16), created_at, NULL FROM movements WHERE leaves = 'outside'",
        "INSERT INTO movements SELECT zeroblob(16), user_id, 99, leaves, reaches, amount, "
            + "balance, order_id, created_at, NULL FROM movements WHERE leaves = 'user'",
        "INSERT INTO movements SELECT zeroblob(16), user_id, 99, 'shop', reaches, amount, "
            + "balance, NULL, created_at, NULL FROM movements WHERE leaves = 'outside'",
        "INSERT INTO orders SELECT zeroblob(16), user_id, 99, title, price, currency, 'rejected', "
            + "NULL, 0, NULL, NULL FROM orders",
        "INSERT INTO orders SELECT zeroblob(16), user_id, 99, title, price, currency, 'paid', "
            + "NULL, 0, NULL, NULL FROM orders",
        "INSERT INTO orders SELECT zeroblob(16), user_id, 99, title, price, currency, 'rejected', "
            + "0, 0, NULL, NULL FROM orders",
        "INSERT INTO orders SELECT zeroblob(16), user_id, 99, title, price, currency, 'paid', -1, "
            + "0, NULL, NULL FROM orders",
        "INSERT OR REPLACE INTO orders SELECT id, user_id, version, 'x', price, currency, status, "
            + "balance, 0, NULL, NULL FROM orders",
        "INSERT INTO letters SELECT zeroblob(16), channel, recipient, locale, template, status, "
            + "sent_at, failure, traceparent, request_id, 0, 0, NULL, 0, 0 FROM letters",
        "INSERT INTO letters SELECT * FROM letters",
        "INSERT INTO keys SELECT zeroblob(16), fingerprint, outcome, NULL, problem, detail, "
            + "request_id FROM keys",
    ])
    func `a row that breaks a promise is not stored`(sql: String) async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        let user = await test.user(holding: 100)
        _ = await test.order(user, 30, key: TestStore.newKey())
        _ = await test.run(
            Withdraw.self,
            .init(userID: user, amount: 5, orderID: OrderID(TestStore.randomUUID()))
        )
        test.store.close()
        let raw = try RawDatabase(directory.database)
        try raw.execute("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON")

        #expect(throws: RawDatabase.Failure.self) { try raw.execute(sql) }
        #expect(try StoreAudit.run(directory.database).findings == [])
    }

    @Test func `a letter that was sent stays sent`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        let user = await test.user(holding: 100)
        _ = await test.order(user, 30)
        let event = try await test.store.claimEvents(
            limit: 1,
            now: test.clock.now,
            leaseUntil: test.clock.now
        )[0]
        _ = await test.run(
            RecordDelivery.self,
            .init(letterID: event.event.id, fence: event.fence, ending: .sent)
        )
        test.store.close()

        let raw = try RawDatabase(directory.database)
        #expect(throws: RawDatabase.Failure.self) {
            try raw.execute("UPDATE letters SET status = 'queued', sent_at = NULL")
        }
        #expect(try StoreAudit.run(directory.database).findings == [])
    }
}
