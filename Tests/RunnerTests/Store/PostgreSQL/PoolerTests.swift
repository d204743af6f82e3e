import Runner
import Testing

/// Through pgbouncer, which hands each transaction to any of its connections.
@Suite(
    TestDatabase.isThere,
    .enabled(if: TestDatabase.pooler != nil, "TEST_PGBOUNCER_URL is not set")
)
struct PoolerTests {
    @Test func `transactions of one round trip and of more pass`() async throws {
        let database = try TestDatabase()
        try database.raw().run("CREATE TABLE t (id bigint PRIMARY KEY, n int)")
        let thread = try TestThread(database.pooledURL) { $0.connections = 8 }

        try await withThrowingTaskGroup { group in
            for id in 0..<200 {
                group.addTask {
                    _ = try await thread.run(
                        PostgreSQLStatement("INSERT INTO t VALUES ($1, 1)", .integer(Int64(id))),
                        PostgreSQLStatement("SELECT count(*) FROM t")
                    )
                    let work = LockingWork(
                        [
                            PostgreSQLStatement(
                                "SELECT n FROM t WHERE id = $1 FOR UPDATE",
                                .integer(Int64(id))
                            )
                        ],
                        [
                            PostgreSQLStatement(
                                "UPDATE t SET n = 2 WHERE id = $1",
                                .integer(Int64(id))
                            )
                        ],
                        Meeting(of: 1)
                    )
                    if let failure = await work.run(thread) { throw failure }
                }
            }
            try await group.waitForAll()
        }

        #expect(try database.raw().run("SELECT count(*), sum(n) FROM t") == [["200", "400"]])
    }

    @Test func `errors are what they are without it`() async throws {
        let database = try TestDatabase()
        try database.raw().run("CREATE TABLE t (id bigint PRIMARY KEY)")
        let thread = try TestThread(database.pooledURL)
        let insert = PostgreSQLStatement("INSERT INTO t VALUES (1)")
        var short = DatabaseTransaction(.write)
        short.statementMilliseconds = 200

        let double = await thread.failure(insert, insert, insert)
        let slow = await thread.failure(PostgreSQLStatement("SELECT pg_sleep(30)"), in: short)
        let results = try await thread.run(insert)

        #expect(
            double
                == PostgreSQLError(
                    .refused,
                    state: "23505",
                    "duplicate key value violates unique constraint \"t_pkey\"",
                    constraint: "t_pkey"
                )
        )
        #expect(slow?.state == "57014")
        #expect(results[0].changes == 1)
    }

    @Test func `no setting of a transaction is left behind in a shared connection`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.pooledURL)
        var short = DatabaseTransaction(.write)
        short.statementMilliseconds = 777
        for _ in 0..<10 { _ = try await thread.run(PostgreSQLStatement("SELECT 1"), in: short) }
        let raw = try RawConnection(database.pooledURL)

        #expect(try raw.run("SHOW statement_timeout") == [["0"]])
        #expect(try raw.run("SHOW lock_timeout") == [["0"]])
        #expect(try raw.run("SHOW default_transaction_isolation") == [["read committed"]])
    }

    @Test func `a server's connection that is ended at COMMIT leaves it unknown`() async throws {
        let database = try TestDatabase()
        try database.raw().run("CREATE TABLE t (id int)")
        let thread = try TestThread(database.pooledURL)
        let failure = await thread.failure(
            PostgreSQLStatement("INSERT INTO t VALUES (1)"),
            PostgreSQLStatement("SELECT pg_terminate_backend(pg_backend_pid())"),
            PostgreSQLStatement("SELECT pg_sleep(1)")
        )
        let later = try await thread.run(PostgreSQLStatement("SELECT count(*) FROM t"))

        #expect(failure?.kind == .unknown)
        #expect(try later[0][0].integer(0) == 0)
    }

    @Test func `what is refused is refused through it, too`() async throws {
        let database = try TestDatabase()
        try database.raw().run("ALTER DATABASE \(database.name) SET synchronous_commit = off")
        let thread = try TestThread(database.pooledURL)

        guard case .refused(let reason) = await thread.thread.contact.first() else {
            Issue.record("it says \(thread.thread.contact.state)")
            return
        }
        #expect(reason.contains("synchronous_commit=off"))
    }
}
