import CSQLite
import Functions
import Glibc
import Runner
import Testing

/// The file: who may open it, with what settings, and what is left of it after a close.
struct StoreFileTests {
    @Test func `what was committed is there again, and the files are the owner's alone`()
        async throws
    {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        let user = await test.user(holding: 70)
        let key = TestStore.newKey()
        let order = await test.order(user, 30, key: key).output?.order
        for file in ["", "-wal", "-shm", ".lock"] {
            #expect(mode(directory.database + file) == 0o600, "\(file)")
        }
        #expect(mode(directory.path + "/data") == 0o700)
        test.store.close()

        let again = try TestStore(.file(directory.database))
        defer { again.store.close() }

        #expect(await again.balance(user) == 40)
        let ending = await again.order(user, 30, key: key).ending
        guard case .replayed(let record) = ending, let order else {
            Issue.record("not replayed: \(ending)")
            return
        }
        #expect(record.ending == .reply(outcome: "paid", reference: order.id.uuid))
        #expect(again.sqlite?.greatestIdentifier.map { $0 >= order.id.uuid } == true)
    }

    @Test func `a new owner of the file drops the leases of the old one`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        let user = await test.user(holding: 10)
        _ = await test.order(user, 1)
        let before = try await test.claim(lease: 3_600_000)
        test.store.close()

        let again = try TestStore(.file(directory.database), clock: test.clock)
        defer { again.store.close() }
        let after = try await again.claim()

        #expect(after.map(\.event) == before.map(\.event))
    }

    @Test func `a second owner is refused until the first one is gone`() throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        test.sqlite?.writeOwner("http://127.0.0.1:9090")

        #expect(throws: StoreOpenError.busy(path: directory.database)) {
            try TestStore(.file(directory.database))
        }
        #expect(SQLiteStore.readOwner(of: directory.database) == "http://127.0.0.1:9090")
        test.store.close()
        #expect(SQLiteStore.readOwner(of: directory.database) == nil)
        try TestStore(.file(directory.database)).store.close()
    }

    @Test func `another currency and another secret key are refused`() throws {
        let directory = try TestDirectory()
        try TestStore(.file(directory.database)).store.close()

        let currency = #expect(throws: StoreOpenError.self) {
            try TestStore(.file(directory.database)) { $0.currency = "EUR" }
        }
        let secret = #expect(throws: StoreOpenError.self) {
            try TestStore(.file(directory.database)) { $0.secretKey = Secret("another") }
        }

        #expect(currency?.description.contains("CURRENCY is EUR") == true)
        #expect(currency?.description.contains("RUB") == true)
        #expect(secret?.description.contains("SECRET_KEY is not the one") == true)
    }

    @Test func `a file that is no database, or another program's, is refused and left alone`()
        throws
    {
        let directory = try TestDirectory()
        try TestStore(.file(directory.database)).store.close()
        _ = TestProcess.run(["rm", directory.database])
        try RawDatabase(directory.database, creates: true).execute("CREATE TABLE theirs (a)")

        let foreign = #expect(throws: StoreOpenError.self) {
            try TestStore(.file(directory.database))
        }
        #expect(foreign?.description.contains("another program") == true)

        _ = TestProcess.run(["sh", "-c", "echo nothing of the kind > \(directory.database)"])
        #expect(throws: StoreOpenError.self) { try TestStore(.file(directory.database)) }
        #expect(TestProcess.run(["grep", "-q", "nothing of the kind", directory.database]) == 0)
    }

    @Test func `a schema from a newer program is refused by number and name`() throws {
        let directory = try TestDirectory()
        try TestStore(.file(directory.database)).store.close()
        try RawDatabase(directory.database).execute(
            "INSERT INTO schema_version VALUES (2, '0002-refunds', 0)"
        )

        let error = #expect(throws: StoreOpenError.self) {
            try TestStore(.file(directory.database))
        }

        #expect(error?.description.contains("2 '0002-refunds'") == true)
    }

    @Test func `a place where no directory can be made is refused`() throws {
        let error = #expect(throws: StoreOpenError.self) {
            try TestStore(.file("/proc/self/data/orders.db"))
        }
        #expect(error?.description.contains("/proc/self/data") == true)
    }

    @Test func `the settings that promises rest upon are logged, and so is a known bug`() throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        defer { test.store.close() }

        let version = String(cString: sqlite3_libversion())
        #expect(test.log.text.contains("sqlite=\(version) synchronous=FULL journal=wal"))
        let hasBug = StoreOpening.hasResetBug(sqlite3_libversion_number())
        #expect(test.log.text.contains("This SQLite can damage") == hasBug)
    }

    @Test func `identifiers go on above an earlier process's, though the clock was set back`() {
        var earlier = IdentifierSource(random: SystemRandomNumberGenerator())
        let last = earlier.next(milliseconds: 1_764_000_000_000)
        var later = IdentifierSource(random: SystemRandomNumberGenerator())
        later.rise(above: last)

        let (first, second) = (later.next(milliseconds: 5), later.next(milliseconds: 5))

        #expect(last < first)
        #expect(first < second)
    }

    @Test func `the WAL begins anew though much is written`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database)) {
            $0.runsTwice = false
            ($0.checkpoints.busyStep, $0.checkpoints.complete) = (200, 1_000)
        }
        let user = await test.user(holding: 100_000)
        let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)

        for _ in 0..<40 {
            _ = await test.runBatch(CreateOrder.self, Array(repeating: (input, nil), count: 128))
        }

        // The complete step's, what the last batches before it add, and much less than all of it.
        let size = size(directory.database + "-wal")
        #expect(size > 1_000_000 && size < 1_600_000)
        #expect(try StoreAudit.run(directory.database).findings == [])
        test.store.close()
        #expect(try StoreAudit.run(directory.database).findings == [])
    }

    private func mode(_ path: String) -> mode_t? {
        var information = stat()
        return stat(path, &information) == 0 ? information.st_mode & 0o777 : nil
    }

    private func size(_ path: String) -> Int {
        var information = stat()
        return stat(path, &information) == 0 ? Int(information.st_size) : 0
    }
}
