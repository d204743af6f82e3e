import Functions
import Testing

@testable import Runner

/// A schema that changes under a process that runs.
@Suite(TestDatabase.isThere)
struct SchemaWatchTests {
    /// A step that takes something away, brought by a program that this one does not know.
    private func step(servesProgramsFrom: Int64) -> PostgreSQLMigration {
        PostgreSQLMigration(
            number: 2,
            name: "0002-less",
            servesProgramsFrom: servesProgramsFrom,
            sql: "CREATE TABLE less (id uuid PRIMARY KEY);"
        )
    }

    private func migrate(_ database: TestDatabase, _ step: PostgreSQLMigration) async throws {
        let applied = try await TestThread(database.url)
            .migrate(PostgreSQLMigration.all + [step])
        #expect(applied == ["0002-less"])
    }

    private let refusal =
        "this program (\(Version.number)) knows the schema up to step 1, and the "
        + "database is at step 2 '0002-less', which serves programs from step 2 on: "
        + "use a newer program"

    /// The first that is told and is wanted.
    private func first(
        _ told: Mailbox<String?>,
        where isWanted: (String?) -> Bool
    ) async -> String? {
        while true {
            let reason = await told.next()
            if isWanted(reason) { return reason }
        }
    }

    @Test func `a process that runs stops by name and number when its schema is taken away`()
        async throws
    {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 100)
        let told = Mailbox<String?>()
        ledger.store.watch(every: .milliseconds(20)) { told.put($0) }
        #expect(await told.next() == nil)

        try await migrate(database, step(servesProgramsFrom: 2))

        #expect(await first(told) { $0 != nil } == refusal)
        let order = await ledger.order(user, 1)
        guard case .unavailable(let reason) = order.ending else {
            Issue.record("an order ends as \(order.ending)")
            return
        }
        #expect(reason == refusal)
        let claim = await #expect(throws: StoreUnavailable.self) {
            try await ledger.store.claimEvents(
                limit: 1,
                now: ledger.clock.now,
                leaseUntil: ledger.clock.now
            )
        }
        #expect(claim?.reason == refusal)
        #expect(ledger.log.text.contains("The database is not this program's reason=\(refusal)"))

        // Somebody goes back to the program before: it goes on by itself.
        try database.raw().run("DELETE FROM schema_version WHERE number = 2")
        #expect(await first(told) { $0 == nil } == nil)
        #expect(await ledger.balance(user) == 100)
        withExtendedLifetime((database, ledger)) {}
    }

    @Test func `a step that only adds changes nothing for the program before it`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let told = Mailbox<String?>()
        ledger.store.watch(every: .seconds(3_600)) { told.put($0) }

        try await migrate(database, step(servesProgramsFrom: 1))

        #expect(await ledger.store.check() == .ready)
        #expect(await told.next() == nil)
        #expect(told.count == 0)
    }

    @Test func `a connection that comes up anew is reason to look`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let told = Mailbox<String?>()
        ledger.store.watch(every: .seconds(3_600)) { told.put($0) }
        try await migrate(database, step(servesProgramsFrom: 2))

        try database.raw().run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        )

        #expect(await first(told) { $0 == refusal } == refusal)
        withExtendedLifetime((database, ledger)) {}
    }

    @Test func `what was brought is told by the database's last step`() async throws {
        let database = try TestDatabase()
        let options = DatabaseOptions(
            address: try PostgreSQLAddress(url: Secret(try database.url)),
            log: KeptLog()
        )
        let known = try #require(PostgreSQLMigration.all.last?.name)
        var lines: [String] = []
        for _ in 0..<2 { lines.append(try await SchemaMigration.run(options).told(of: "there")) }
        try await migrate(database, step(servesProgramsFrom: 1))
        lines.append(try await SchemaMigration.run(options).told(of: "there"))
        #expect(
            lines == [
                "there has schema \(known) now", "there has schema \(known) already",
                "there has schema 0002-less already, newer than \(known) of this program",
            ]
        )
    }
}
