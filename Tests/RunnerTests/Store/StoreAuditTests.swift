import Functions
import Runner
import Testing

/// What the audit finds, and that a backup passes it.
struct StoreAuditTests {
    /// A store on disk with a bit of everything.
    private func fill(_ directory: TestDirectory) async throws -> TestStore {
        let test = try TestStore(.file(directory.database))
        let user = await test.user(holding: 1_000)
        _ = await test.order(user, 300, key: TestStore.newKey())
        _ = await test.order(user, 3_000, key: TestStore.newKey())
        _ = await test.run(
            Withdraw.self,
            .init(userID: user, amount: 5, orderID: OrderID(TestStore.randomUUID())),
            key: TestStore.newKey()
        )
        _ = await test.order(await test.user(email: nil), 1, key: TestStore.newKey())
        return test
    }

    @Test func `many accounts and a long history are read in slices`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database)) { $0.runsTwice = false }
        let user = await test.user(holding: 100_000)
        let input = CreateOrder.Input(title: "Чай", price: 7, userID: user)
        for _ in 0..<40 {
            _ = await test.runBatch(
                CreateOrder.self,
                (0..<128).map { _ in (input, TestStore.newKey()) }
            )
        }
        let report = try StoreAudit.run(directory.database)
        test.store.close()

        #expect(report.findings == [])
        #expect(report.orders == 5_120)
        #expect(report.keys == 5_120)
    }

    @Test(arguments: [
        ("UPDATE accounts SET balance = balance + 1 WHERE version > 1", ["balance", "sum"]),
        ("UPDATE accounts SET version = version + 1 WHERE version > 1", ["chain"]),
        ("UPDATE movements SET amount = amount + 1 WHERE reaches = 'shop'", ["chain"]),
        ("UPDATE movements SET balance = balance + 1 WHERE leaves = 'outside'", ["chain"]),
        (
            "UPDATE movements SET order_id = (SELECT id FROM orders) WHERE reaches = 'shop'",
            ["order"]
        ),
        (
            "UPDATE orders SET status = 'rejected', balance = NULL, previous_movement = NULL",
            ["chain", "key", "sum"]
        ),
        ("UPDATE orders SET price = price + 1 WHERE status = 'paid'", ["balance", "chain", "sum"]),
        ("UPDATE orders SET currency = 'EUR' WHERE status = 'paid'", ["order"]),
        ("UPDATE orders SET previous_order = NULL", ["chain"]),
        ("UPDATE orders SET previous_movement = NULL", ["chain"]),
        ("UPDATE orders SET previous_order = id", ["chain"]),
        ("UPDATE accounts SET last_order = NULL WHERE version > 1", ["chain"]),
        ("UPDATE accounts SET last_movement = NULL WHERE version > 1", ["chain", "balance"]),
        (
            "INSERT INTO movements SELECT zeroblob(16), user_id, version, leaves, reaches, amount, "
                + "balance, order_id, created_at, previous FROM movements WHERE leaves = 'outside'",
            ["chain"]
        ),
        ("DELETE FROM letters WHERE id = (SELECT min(id) FROM orders)", ["order", "reference"]),
        ("DELETE FROM orders WHERE status = 'paid'", ["chain", "key", "letter", "reference"]),
        ("DELETE FROM movements WHERE leaves = 'outside'", ["chain"]),
        ("UPDATE keys SET reference = zeroblob(16)", ["key"]),
        ("UPDATE keys SET outcome = 'rejected' WHERE outcome = 'paid'", ["key"]),
    ])
    func `a ledger that was tampered with is found out`(sql: String, rules: [String]) async throws {
        let directory = try TestDirectory()
        try await fill(directory).store.close()
        let raw = try RawDatabase(directory.database)
        for trigger in try raw.texts("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
            try raw.execute("DROP TRIGGER \(trigger)")
        }
        try raw.execute("PRAGMA foreign_keys = OFF; \(sql)")

        let found = Set(try StoreAudit.run(directory.database).findings.map(\.rule))

        #expect(found.isSuperset(of: rules), "\(found)")
    }

    @Test func `a damaged file is found out`() async throws {
        let directory = try TestDirectory()
        try await fill(directory).store.close()
        _ = TestProcess.run([
            "sh", "-c",
            "dd if=/dev/urandom of=\(directory.database) bs=1024 seek=8 count=30 conv=notrunc 2>&-",
        ])

        let findings = (try? StoreAudit.run(directory.database).findings.map(\.rule)) ?? ["file"]

        #expect(findings.contains("file"))
    }

    @Test func `a backup beside the service is a store that passes the audit`() async throws {
        let directory = try TestDirectory()
        let test = try await fill(directory)
        let copy = directory.path + "/copy.db"

        let report = try StoreBackup.run(directory.database, to: copy)
        let refused = #expect(throws: StoreOpenError.self) {
            try StoreBackup.run(directory.database, to: copy)
        }
        let original = try StoreAudit.run(directory.database)
        test.store.close()

        #expect(report == original)
        #expect(report.findings == [])
        #expect(refused?.description.contains("exists") == true)
        let restored = try TestStore(.file(copy))
        defer { restored.store.close() }
        let user = await restored.user(holding: 5)
        #expect(await restored.balance(user) == 5)
    }

    @Test func `backups under load are each a whole ledger`() async throws {
        let directory = try TestDirectory()
        let test = try await fill(directory)
        let user = await test.user(holding: 100_000)
        let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
        async let load = test.runAll(
            CreateOrder.self,
            (0..<2_000).map { _ in (input, TestStore.newKey()) }
        )

        for number in 0..<5 {
            let copy = directory.path + "/copy\(number).db"
            #expect(try StoreBackup.run(directory.database, to: copy).findings == [])
        }

        #expect(await load.count { $0.output?.order.status == .paid } == 2_000)
        test.store.close()
    }

    @Test func `what is no store is refused`() throws {
        let directory = try TestDirectory()
        let path = directory.path + "/none.db"

        #expect(throws: StoreOpenError.missing(path: path)) { try StoreAudit.run(path) }
        #expect(throws: StoreOpenError.missing(path: path)) {
            try StoreBackup.run(path, to: directory.path + "/copy.db")
        }
        _ = TestProcess.run(["touch", path])
        #expect(throws: StoreOpenError.self) { try StoreAudit.run(path) }
    }

    @Test func `the outbox's list tells what waits and what has failed`() async throws {
        let directory = try TestDirectory()
        let test = try await fill(directory)
        defer { test.store.close() }
        let event = try await test.store.claimEvents(
            limit: 1,
            now: test.clock.now,
            leaseUntil: test.clock.now
        )[0]
        let later = Timestamp(milliseconds: test.clock.now.milliseconds + 9)
        _ = try await test.store.postpone(event, until: later, reason: "421 busy")

        let lines = try OutboxListing.read(directory.database)

        #expect(lines.map(\.state) == ["waiting", "waiting", "failed"])
        #expect(lines.map(\.detail) == ["", "421 busy", "no address"])
        #expect(lines.map(\.attempts) == [0, 1, 0])
        #expect(lines.map(\.nextAttempt) == [test.clock.now, later, nil])
    }
}
