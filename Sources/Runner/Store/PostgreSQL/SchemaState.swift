/// The steps that a database has, as it recorded them.
package struct SchemaState: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        package let number: Int64
        package let name: String
        package let checksum: String
        package let servesProgramsFrom: Int64

        package init(number: Int64, name: String, checksum: String, servesProgramsFrom: Int64) {
            self.number = number
            self.name = name
            self.checksum = checksum
            self.servesProgramsFrom = servesProgramsFrom
        }
    }

    package enum Fit: Sendable, Equatable {
        case fits
        /// Steps are missing: somebody must migrate.
        case waits(String)
        /// This program is not one for this database.
        case refused(String)
    }

    package var steps: [Step]

    package init(steps: [Step]) { self.steps = steps }

    static let statement = PostgreSQLStatement(
        """
        SELECT number, name, checksum, serves_programs_from FROM schema_version
        WHERE number > 0 ORDER BY number
        """
    )

    init(_ result: PostgreSQLResult) throws(PostgreSQLError) {
        steps = try result.map { (row) throws(PostgreSQLError) in
            Step(
                number: try row.integer(0),
                name: try row.text(1),
                checksum: try row.text(2),
                servesProgramsFrom: try row.integer(3)
            )
        }
    }

    /// Whether a program with these migrations may use the database.
    package func fit(_ migrations: [PostgreSQLMigration]) -> Fit {
        for (step, migration) in zip(steps, migrations)
        where step.number != migration.number || step.name != migration.name
            || step.checksum != migration.checksum
        {
            return .refused(
                """
                the database has the schema step \(step.number) '\(step.name)', which is not what \
                this program (\(Version.number)) knows as step \(migration.number) \
                '\(migration.name)': DATABASE_URL names the database of another program
                """
            )
        }
        let known = migrations.last?.number ?? 0
        if let last = steps.last, let from = steps.map(\.servesProgramsFrom).max(), from > known {
            return .refused(
                """
                this program (\(Version.number)) knows the schema up to step \(known), and the \
                database is at step \(last.number) '\(last.name)', which serves programs from step \
                \(from) on: use a newer program
                """
            )
        }
        guard steps.count < migrations.count else { return .fits }
        let missing = migrations[steps.count]
        return .waits(
            """
            the database lacks the schema step \(missing.number) '\(missing.name)' of this program \
            (\(Version.number)): run `runner migrate`
            """
        )
    }
}

extension DatabaseThread {
    /// Whether the schema fits a program with these migrations; asked anew each time.
    package func schemaFit(
        _ migrations: [PostgreSQLMigration]
    ) async throws(PostgreSQLError) -> SchemaState.Fit {
        try await schemaState().fit(migrations)
    }

    /// The steps that the database has; none where it has never been migrated.
    func schemaState() async throws(PostgreSQLError) -> SchemaState {
        do throws(PostgreSQLError) {
            let results = try await run([SchemaState.statement], in: DatabaseTransaction(.read))
            return try results.first.map(SchemaState.init) ?? SchemaState(steps: [])
        } catch {
            guard error.isMissingTable else { throw error }
            return SchemaState(steps: [])
        }
    }
}
