import Functions
import Runner
import Testing

@Suite(TestDatabase.isThere)
struct MigratorTests {
    private let first = PostgreSQLMigration(
        number: 1,
        name: "0001-things",
        servesProgramsFrom: 1,
        sql: """
            -- What there is;
            CREATE TABLE things (
                id uuid PRIMARY KEY,
                -- Its name, for people;
                name text NOT NULL DEFAULT 'a;b'
            );

            CREATE INDEX things_by_name ON things (name);
            INSERT INTO things (id) VALUES ('00000000-0000-0000-0000-000000000001');
            """
    )
    private let second = PostgreSQLMigration(
        number: 2,
        name: "0002-colours",
        servesProgramsFrom: 1,
        sql: "ALTER TABLE things ADD COLUMN colour text;"
    )

    @Test func `the steps are applied once each, with a record`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)

        #expect(try await thread.migrate([first]) == ["0001-things"])
        #expect(try await thread.migrate([first, second]) == ["0002-colours"])
        #expect(try await thread.migrate([first, second]) == [])
        let rows = try database.raw().run(
            "SELECT number, name, serves_programs_from, applied_at FROM schema_version ORDER BY 1"
        )
        #expect(
            rows == [
                ["0", "lock", "0", "0"],
                ["1", "0001-things", "1", "1764000000000"],
                ["2", "0002-colours", "1", "1764000000000"],
            ]
        )
        #expect(try database.raw().run("SELECT name, colour FROM things") == [["a;b", ""]])
        #expect(first.checksum.count == 64 && first.checksum != second.checksum)
    }

    @Test(arguments: [false, true])
    func `many at once apply each step once`(isDistributed: Bool) async throws {
        let database = try TestDatabase()
        let steps = [first, second]
        let applied = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    let thread = try TestThread(database.url) {
                        $0.isDistributed = isDistributed
                    }
                    return try await thread.migrate(steps)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }

        #expect(applied.sorted() == ["0001-things", "0002-colours"])
        #expect(try database.raw().run("SELECT count(*) FROM things") == [["1"]])
    }

    @Test func `a step that is interrupted leaves nothing and is done again`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)
        let broken = PostgreSQLMigration(
            number: 2,
            name: "0002-colours",
            servesProgramsFrom: 1,
            sql: "ALTER TABLE things ADD COLUMN colour text;\nSELECT 1 / 0;"
        )
        await #expect(throws: PostgreSQLError.self) {
            try await thread.migrate([first, broken])
        }
        #expect(try database.raw().run("SELECT count(*) FROM schema_version") == [["2"]])
        #expect(
            try database.raw().run(
                "SELECT count(*) FROM information_schema.columns WHERE column_name = 'colour'"
            ) == [["0"]]
        )
        #expect(try await thread.migrate([first, second]) == ["0002-colours"])
    }

    @Test func `a migration whose backend is ended is finished all the same`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)
        let once = PostgreSQLMigration(
            number: 2,
            name: "0002-colours",
            servesProgramsFrom: 1,
            sql: """
                ALTER TABLE things ADD COLUMN colour text;
                SELECT pg_terminate_backend(pg_backend_pid())
                WHERE nextval('interruptions') = 1;
                """
        )
        try database.raw().run("CREATE SEQUENCE interruptions")

        let applied = try await thread.migrate([first, once])

        #expect(applied == ["0001-things", "0002-colours"])
        #expect(try database.raw().run("SELECT last_value FROM interruptions") == [["2"]])
    }

    @Test func `a program waits, fits or refuses by name and number`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)

        #expect(try await thread.schemaFit([first]) == .waits(missing("1 '0001-things'")))
        _ = try await thread.migrate([first])
        #expect(try await thread.schemaFit([first]) == .fits)
        #expect(
            try await thread.schemaFit([first, second]) == .waits(missing("2 '0002-colours'"))
        )
        _ = try await thread.migrate([first, second])
        // The second step only adds: the program before it goes on.
        #expect(try await thread.schemaFit([first]) == .fits)
    }

    @Test func `a program that is too old, or another one, refuses`() throws {
        let contracted = SchemaState(steps: [
            step(first), step(second),
            SchemaState.Step(
                number: 3,
                name: "0003-no-names",
                checksum: "x",
                servesProgramsFrom: 2
            ),
        ])
        let other = SchemaState(steps: [
            SchemaState.Step(number: 1, name: "0001-ants", checksum: "x", servesProgramsFrom: 1)
        ])

        #expect(
            contracted.fit([first])
                == .refused(
                    "this program (\(Version.number)) knows the schema up to step 1, and the database is "
                        + "at step 3 '0003-no-names', which serves programs from step 2 on: "
                        + "use a newer program"
                )
        )
        #expect(contracted.fit([first, second]) == .fits)
        guard case .refused(let reason) = other.fit([first, second]) else {
            Issue.record("it says \(other.fit([first, second]))")
            return
        }
        #expect(reason.contains("1 '0001-ants'") && reason.contains("1 '0001-things'"))
    }

    @Test func `nothing is migrated in another program's database`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)
        _ = try await thread.migrate([first])
        let other = PostgreSQLMigration(
            number: 1,
            name: "0001-ants",
            servesProgramsFrom: 1,
            sql: "CREATE TABLE ants (id int);"
        )

        await #expect(throws: PostgreSQLError.self) {
            try await thread.migrate([other])
        }
        #expect(try database.raw().run("SELECT to_regclass('ants') IS NULL") == [["t"]])
    }

    private func missing(_ step: String) -> String {
        "the database lacks the schema step \(step) of this program (\(Version.number)): "
            + "run `runner migrate`"
    }

    private func step(_ migration: PostgreSQLMigration) -> SchemaState.Step {
        SchemaState.Step(
            number: migration.number,
            name: migration.name,
            checksum: migration.checksum,
            servesProgramsFrom: migration.servesProgramsFrom
        )
    }
}
