import Foundation
import Runner
import Testing

@Suite(TestDatabase.isThere)
struct DatabaseThreadTests {
    private let backend = PostgreSQLStatement("SELECT pg_backend_pid(), current_setting('port')")

    @Test func `as many connections as are allowed, and no more, when there is work`() async throws
    {
        let database = try TestDatabase()
        let thread = try TestThread(database.url) { $0.connections = 3 }
        _ = try await thread.run(backend)
        #expect(try backends(database) == 1)

        let counts = try await withThrowingTaskGroup { group in
            for _ in 0..<12 {
                group.addTask {
                    _ = try await thread.run(PostgreSQLStatement("SELECT pg_sleep(0.1)"))
                    return try backends(database)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(counts.max() == 3)
    }

    @Test func `what waits is finished before the thread ends`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "") { $0.connections = 1 }
        _ = try await thread.run(backend)
        let sleeps = (0..<5).map { _ in
            Task { await thread.failure(PostgreSQLStatement("SELECT pg_sleep(0.05)")) }
        }
        let last = await thread.failure(PostgreSQLStatement("SELECT pg_sleep(0.05)"))
        thread.thread.close()
        var failures: [PostgreSQLError?] = [last]
        for sleep in sleeps { failures.append(await sleep.value) }

        #expect(failures.compactMap { $0 }.allSatisfy { $0.message == "the store is closed" })
        #expect(last == nil)
        #expect(await thread.failure(backend)?.kind == .away)
    }

    @Test func `what is under way when the time to close is over has failed`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "") { $0.closeMilliseconds = 100 }
        let meeting = Meeting(of: 2)
        let began = Meeting(of: 1)
        let work = LockingWork([PostgreSQLStatement("SELECT 1")], [], meeting)
        let pending = Task { await work.run(thread) }
        let probe = LockingWork([PostgreSQLStatement("SELECT 1")], [], began)
        _ = await probe.run(thread)
        thread.thread.close()

        #expect(await pending.value?.kind != nil)
    }

    @Test func `a connection that has lived long enough is replaced`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "") {
            ($0.connections, $0.lifetimeMilliseconds) = (1, 20)
        }
        var backends: Set<Int64> = []
        let end = ContinuousClock.now + .seconds(20)
        while backends.count < 3, ContinuousClock.now < end {
            backends.insert(try await thread.run(backend)[0][0].integer(0))
        }

        #expect(backends.count == 3)
    }

    @Test func `one round trip is enough for a transaction`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "") { $0.connections = 1 }
        let results = try await thread.run(
            PostgreSQLStatement("CREATE TEMPORARY TABLE t (id int) ON COMMIT DROP"),
            PostgreSQLStatement("INSERT INTO t VALUES (1), (2)"),
            PostgreSQLStatement("SELECT id FROM t ORDER BY id DESC"),
            PostgreSQLStatement("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        )

        #expect(results.map(\.count) == [0, 0, 2, 1])
        #expect(results[1].changes == 2)
        #expect(results[1].tag == "INSERT 0 2")
        #expect(try results[3][0].boolean(0))
    }

    @Test(TestDatabase.hasCertificate, arguments: ["require", "verify-full"])
    func `TLS is spoken where the URL asks for it`(mode: String) async throws {
        let certificate = try #require(TestDatabase.certificate)
        let options = "?sslmode=\(mode)&sslrootcert=\(certificate)"
        let url = try #require(TestDatabase.cluster).replacing("127.0.0.1", with: "localhost")
        let thread = try TestThread(url + options)
        let results = try await thread.run(
            PostgreSQLStatement("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        )

        #expect(try results[0][0].boolean(0))
    }

    @Test(TestDatabase.hasCertificate)
    func `a certificate of another name is refused`() async throws {
        let certificate = try #require(TestDatabase.certificate)
        let url = try #require(TestDatabase.cluster)
        let thread = try TestThread(url + "?sslmode=verify-full&sslrootcert=\(certificate)")

        guard case .away(let reason) = await thread.thread.contact.first() else {
            Issue.record("it says \(thread.thread.contact.state)")
            return
        }
        #expect(reason.contains("certificate"))
    }

    @Test func `a URL is never told, only where it leads`() throws {
        let url = "postgres://anna:hunter2@db.example:5433/orders?sslmode=require"
        let address = try PostgreSQLAddress(url: Secret(url))

        #expect(address.label == "db.example:5433/orders")
        #expect("\(address)".contains("hunter2") == false)
        #expect(
            throws: PostgreSQLError(
                .away,
                "DATABASE_URL has a parameter 'colour' that libpq lacks"
            )
        ) {
            try PostgreSQLAddress(url: Secret("postgres://a:hunter2@b/c?colour=red"))
        }
        #expect(throws: PostgreSQLError(.away, "DATABASE_URL is not one that libpq can read")) {
            try PostgreSQLAddress(url: Secret("postgres://a:hunter2@[b/c"))
        }
    }
}

private func backends(_ database: TestDatabase) throws -> Int {
    let rows = try database.raw().run(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database.name)' "
            + "AND application_name = 'runner'"
    )
    return Int(rows[0][0]) ?? -1
}
