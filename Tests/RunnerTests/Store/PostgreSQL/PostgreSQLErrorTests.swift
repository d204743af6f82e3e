import Runner
import Testing

@Suite(TestDatabase.isThere)
struct PostgreSQLErrorTests {
    @Test func `an error in the middle undoes what came before and skips the rest`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url) { $0.connections = 1 }
        let backend = PostgreSQLStatement("SELECT pg_backend_pid()")
        try database.raw().run("CREATE TABLE t (id bigint PRIMARY KEY)")
        let before = try await thread.run(backend)

        let failure = await thread.failure(
            PostgreSQLStatement("INSERT INTO t VALUES (1)"),
            PostgreSQLStatement("INSERT INTO t VALUES (1)"),
            PostgreSQLStatement("INSERT INTO t VALUES (2)")
        )

        #expect(failure?.state == "23505")
        #expect(failure?.constraint == "t_pkey")
        #expect(failure?.kind == .refused)
        #expect(failure?.isUniqueViolation == true)
        #expect(try database.raw().run("SELECT count(*) FROM t") == [["0"]])
        // The connection is as good as before.
        let results = try await thread.run(PostgreSQLStatement("INSERT INTO t VALUES (3)"))
        #expect(results.map(\.changes) == [1])
        let after = try await thread.run(backend)
        #expect(try after[0][0].integer(0) == before[0][0].integer(0))
    }

    @Test func `no error repeats what was sent`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)
        try database.raw().run("CREATE TABLE t (email text PRIMARY KEY, n int)")
        let secret = "anna@example.org"
        let insert = PostgreSQLStatement("INSERT INTO t VALUES ($1, 1)", .text(secret))

        let double = await thread.failure(insert, insert)
        let cast = await thread.failure(PostgreSQLStatement("SELECT $1::int", .text(secret)))
        let syntax = await thread.failure(PostgreSQLStatement("SELEC $1", .text(secret)))

        #expect(double?.description.contains("t_pkey") == true)
        #expect(cast?.description == "a value that its column does not take (PostgreSQL 22P02)")
        #expect(syntax?.state == "42601")
        for failure in [double, cast, syntax] {
            #expect(failure?.description.contains(secret) == false)
        }
    }

    @Test func `a statement that takes too long is 57014, a lock 55P03`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)
        let raw = try database.raw()
        try raw.run("CREATE TABLE t (id bigint); INSERT INTO t VALUES (1)")
        try raw.run("BEGIN; LOCK TABLE t")
        var short = DatabaseTransaction(.write)
        (short.statementMilliseconds, short.lockMilliseconds) = (300, 5_000)
        let slow = await thread.failure(PostgreSQLStatement("SELECT pg_sleep(30)"), in: short)
        (short.statementMilliseconds, short.lockMilliseconds) = (5_000, 100)
        let locked = await thread.failure(PostgreSQLStatement("SELECT * FROM t"), in: short)

        #expect(slow?.state == "57014")
        #expect(slow?.isStatementTimeout == true)
        #expect(locked?.state == "55P03")
        #expect(locked?.isLockTimeout == true)
        #expect([slow?.kind, locked?.kind] == [.refused, .refused])
    }

    @Test func `the limits are the transaction's own and not the session's`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "") { $0.connections = 1 }
        var short = DatabaseTransaction(.read)
        short.statementMilliseconds = 777
        let show = PostgreSQLStatement(
            """
            SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
                current_setting('idle_in_transaction_session_timeout'),
                current_setting('transaction_isolation'), current_setting('transaction_read_only')
            """
        )

        let first = try await thread.run(show, in: short)
        let second = try await thread.run(show)

        #expect(try texts(first) == ["777ms", "5s", "9s", "repeatable read", "on"])
        #expect(try texts(second) == ["8s", "5s", "9s", "read committed", "off"])
    }

    @Test func `in distributed mode everything is serializable`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "") { $0.isDistributed = true }
        let show = PostgreSQLStatement(
            "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
        )

        let read = try await thread.run(show, in: DatabaseTransaction(.read))
        let write = try await thread.run(show)

        #expect(try texts(read) == ["serializable", "on"])
        #expect(try texts(write) == ["serializable", "off"])
    }

    @Test func `of two that wait for each other one is told 40P01`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)
        try database.raw().run("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
        func lock(_ id: Int) -> PostgreSQLStatement {
            PostgreSQLStatement("SELECT id FROM t WHERE id = \(id) FOR UPDATE")
        }
        let meeting = Meeting()
        let one = LockingWork([lock(1)], [lock(2)], meeting)
        let other = LockingWork([lock(2)], [lock(1)], meeting)

        async let first = one.run(thread)
        async let second = other.run(thread)
        let endings = await [first, second]

        #expect(endings.count { $0 == nil } == 1)
        #expect(endings.compactMap { $0?.state } == ["40P01"])
        #expect(endings.compactMap { $0 }.allSatisfy { $0.isConflict })
    }

    @Test func `what loses against another is begun anew`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url) { $0.isDistributed = true }
        try database.raw().run(
            "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)"
        )
        let add = PostgreSQLStatement("UPDATE t SET n = n + 1 WHERE id = 1")

        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await thread.run(add) } }
            try await group.waitForAll()
        }

        #expect(try database.raw().run("SELECT n FROM t") == [["20"]])
    }

    private func texts(_ results: [PostgreSQLResult]) throws -> [String] {
        let row = try #require(results.first?.first)
        let count = try #require(results.first).columns
        return try (0..<count).map { try row.text(Int32($0)) }
    }
}
