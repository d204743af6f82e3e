import Foundation
import Runner
import Testing

/// What callers are told while connections break.
@Suite(TestDatabase.isThere, .serialized)
struct PostgreSQLOutageTests {
    private let one = PostgreSQLStatement("SELECT 1::bigint")

    @Test(arguments: [false, true])
    func `a database that is killed and comes back is used again within 5 s`(
        isPooled: Bool
    ) async throws {
        let cluster = try TestCluster()
        let url = isPooled ? cluster.pooledURL : cluster.url
        guard !url.isEmpty else { return }
        let thread = try TestThread(url)
        _ = try await thread.run(one)

        try cluster.tell("kill")
        let away = await failureOnceAway(thread)
        let asked = ContinuousClock.now
        let again = await thread.failure(one)
        let took = asked.duration(to: .now)

        #expect(away.kind == .away)
        #expect(again?.kind == .away)
        #expect(took < .milliseconds(500))
        guard case .away = thread.thread.contact.state else {
            Issue.record("it says \(thread.thread.contact.state)")
            return
        }

        try cluster.tell("start")
        let back = ContinuousClock.now
        while await thread.failure(one) != nil, back.duration(to: .now) < .seconds(30) {}
        #expect(back.duration(to: .now) < .seconds(5))
        #expect(thread.thread.contact.state == .there)
        #expect(thread.log.text.contains("The database cannot be used"))
        #expect(!thread.log.text.contains(try password(of: cluster.url)))
    }

    @Test func `one that is not there yet is waited for`() async throws {
        let cluster = try TestCluster()
        try cluster.tell("stop")
        let thread = try TestThread(cluster.url)
        let first = await thread.thread.contact.first()
        guard case .away(let reason) = first else {
            Issue.record("it says \(first)")
            return
        }
        #expect(reason.contains("Connection refused"))

        try cluster.tell("start")
        let back = ContinuousClock.now
        while await thread.failure(one) != nil, back.duration(to: .now) < .seconds(30) {}
        #expect(back.duration(to: .now) < .seconds(5))
    }

    @Test func `fsync=off is refused by name`() async throws {
        let cluster = try TestCluster(["fsync=off"])
        let thread = try TestThread(cluster.url)

        let state = await thread.thread.contact.first()
        let failure = await thread.failure(one)

        guard case .refused(let reason) = state else {
            Issue.record("it says \(state)")
            return
        }
        #expect(reason.contains("fsync=off"))
        #expect(failure?.kind == .away)
    }

    @Test(arguments: [
        ("synchronous_commit", "off", "synchronous_commit=off"),
        ("default_transaction_read_only", "on", "transaction_read_only=on"),
    ])
    func `a database that is not fit is refused by name`(
        setting: String,
        value: String,
        expected: String
    ) async throws {
        let database = try TestDatabase()
        try database.raw().run("ALTER DATABASE \(database.name) SET \(setting) = \(value)")
        let thread = try TestThread(database.url)

        let state = await thread.thread.contact.first()

        guard case .refused(let reason) = state else {
            Issue.record("it says \(state)")
            return
        }
        #expect(reason.contains(expected))
    }

    @Test func `a COMMIT that is cut off is unknown, whether it was taken or not`() async throws {
        for (cut, expected) in [(CuttingProxy.Cut.before, "0"), (.behind, "1")] {
            let database = try TestDatabase()
            try database.raw().run("CREATE TABLE t (id int)")
            let proxy = CuttingProxy(to: try port(of: database.url), cut)
            defer { proxy.close() }
            let thread = try TestThread(try through(proxy, database.url))

            let failure = await thread.failure(PostgreSQLStatement("INSERT INTO t VALUES (1)"))
            let later = try await thread.run(PostgreSQLStatement("SELECT count(*) FROM t"))

            #expect(failure?.kind == .unknown)
            #expect(try later.first?.first?.integer(0) == Int64(expected))
        }
    }

    @Test func `a connection that breaks before COMMIT is sent has done nothing`() async throws {
        let database = try TestDatabase()
        try database.raw().run("CREATE TABLE t (id int)")
        let proxy = CuttingProxy(to: try port(of: database.url), .at("VALUES (2)"))
        defer { proxy.close() }
        let thread = try TestThread(try through(proxy, database.url))
        let meeting = Meeting(of: 1)
        let work = LockingWork(
            [
                PostgreSQLStatement("INSERT INTO t VALUES (1)"),
                PostgreSQLStatement("INSERT INTO t VALUES (2)"),
            ],
            [],
            meeting
        )

        let failure = await work.run(thread)

        #expect(failure?.kind == .lost)
        #expect(try database.raw().run("SELECT count(*) FROM t") == [["0"]])
    }

    @Test func `a backend that is ended takes its own transaction with it, and no other`()
        async throws
    {
        let database = try TestDatabase()
        try database.raw().run("CREATE TABLE t (id int)")
        let thread = try TestThread(database.url)
        let failure = await thread.failure(
            PostgreSQLStatement("INSERT INTO t VALUES (1)"),
            PostgreSQLStatement("SELECT pg_terminate_backend(pg_backend_pid())"),
            PostgreSQLStatement("SELECT pg_sleep(1)")
        )
        let later = try await thread.run(PostgreSQLStatement("SELECT count(*) FROM t"))

        // It was in one message with COMMIT: who must be told the truth looks it up.
        #expect(failure?.kind == .unknown)
        #expect(failure?.state == "57P01")
        #expect(try later.first?.first?.integer(0) == 0)
    }

    @Test func `what takes longer than it may is given up`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "")
        var short = DatabaseTransaction(.write)
        short.totalMilliseconds = 200
        let meeting = Meeting(of: 2)
        let work = LockingWork([PostgreSQLStatement("SELECT pg_sleep(4)")], [], meeting, in: short)

        let failure = await work.run(thread)

        #expect(failure == PostgreSQLError(.lost, "no answer in time"))
    }

    @Test func `a name that nobody knows is told`() async throws {
        let thread = try TestThread("postgres://a:b@nowhere.invalid/x")

        let state = await thread.thread.contact.first()

        guard case .away(let reason) = state else {
            Issue.record("it says \(state)")
            return
        }
        #expect(reason.hasPrefix("nowhere.invalid cannot be looked up: "))
    }

    @Test func `a query does not notice that its connection is ended`() async throws {
        let database = try TestDatabase()
        let raw = try database.raw()
        let thread = try TestThread(database.url)
        _ = try await thread.run(one)
        let backend = try raw.run(
            "SELECT pid FROM pg_stat_activity WHERE datname = '\(database.name)' "
                + "AND application_name = 'runner'"
        )
        let pid = try #require(backend.first?.first)
        try raw.run("SELECT pg_terminate_backend(\(pid), 5000)")
        let again = try await thread.run(one, in: DatabaseTransaction(.read))

        #expect(try again[0][0].integer(0) == 1)
    }

    private func failureOnceAway(_ thread: TestThread) async -> PostgreSQLError {
        while true {
            if let failure = await thread.failure(one), failure.kind == .away { return failure }
        }
    }

    private func port(of url: String) throws -> UInt16 {
        UInt16(try #require(URLComponents(string: url)?.port))
    }

    private func password(of url: String) throws -> String {
        try #require(URLComponents(string: url)?.password)
    }

    private func through(_ proxy: CuttingProxy, _ url: String) throws -> String {
        var components = try #require(URLComponents(string: url))
        components.port = Int(proxy.port)
        components.host = "127.0.0.1"
        components.query = "sslmode=disable"
        return try #require(components.string)
    }
}
