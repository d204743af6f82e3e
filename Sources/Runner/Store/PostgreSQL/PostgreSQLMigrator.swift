package import Functions

/// Brings a database's schema up to date: a transaction a step, with the row that records it.
///
/// A crash leaves the old schema or the new one. Two at once do no harm: each locks row 0 of
/// `schema_version` before it looks, so that the second finds the work of the first.
///
/// Unchecked: made by the one who waits, then used by the database thread alone.
final class PostgreSQLMigrator: DatabaseWork, @unchecked Sendable {
    private static let attempts = 20

    let transaction: DatabaseTransaction
    private let migrations: [PostgreSQLMigration]
    private let now: @Sendable () -> Timestamp
    private let answer: DatabaseAnswer<[String]>
    private var applied: [String] = []
    /// The step that the transaction at hand brings; nil where nothing is left to do.
    private var current: PostgreSQLMigration?
    private var hasRead = false
    private var failedAttempts = 0

    init(
        _ migrations: [PostgreSQLMigration],
        now: @escaping @Sendable () -> Timestamp,
        _ answer: DatabaseAnswer<[String]>
    ) {
        var transaction = DatabaseTransaction(.migration)
        // A step may build an index over many rows.
        transaction.statementMilliseconds = 600_000
        transaction.lockMilliseconds = 60_000
        transaction.totalMilliseconds = 900_000
        self.transaction = transaction
        self.migrations = migrations
        self.now = now
        self.answer = answer
    }

    func begin() -> DatabaseStep {
        hasRead = false
        current = nil
        return .send([
            PostgreSQLStatement(
                """
                CREATE TABLE IF NOT EXISTS schema_version (
                    number bigint PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    serves_programs_from bigint NOT NULL,
                    applied_at bigint NOT NULL
                )
                """
            ),
            PostgreSQLStatement(
                "INSERT INTO schema_version VALUES (0, 'lock', '', 0, 0) ON CONFLICT DO NOTHING"
            ),
            PostgreSQLStatement("SELECT number FROM schema_version WHERE number = 0 FOR UPDATE"),
            SchemaState.statement,
        ])
    }

    func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep {
        guard let result = results.last else { return .rollBack }
        let state = try SchemaState(result)
        hasRead = true
        if case .refused(let reason) = state.fit(migrations) {
            throw PostgreSQLError(.unexpected, reason)
        }
        guard state.steps.count < migrations.count else { return .commit([]) }
        let migration = migrations[state.steps.count]
        current = migration
        let record = PostgreSQLStatement(
            "INSERT INTO schema_version VALUES ($1, $2, $3, $4, $5)",
            .integer(migration.number),
            .text(migration.name),
            .text(migration.checksum),
            .integer(migration.servesProgramsFrom),
            .moment(now())
        )
        return .commit(migration.statements.map { PostgreSQLStatement($0) } + [record])
    }

    func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel {
        switch ending {
        case .success:
            guard let current else { break }
            applied.append(current.name)
            return .now(self)
        case .failure(let error):
            failedAttempts += 1
            guard isWorthAnotherAttempt(error) else {
                answer.give(.failure(error))
                return .none
            }
            return .later(self, milliseconds: Int64.random(in: 20...200))
        }
        answer.give(.success(applied))
        return .none
    }

    /// Two that make the first table at once meet in the catalogue (23505, 42P07, 42710); one that was
    /// lost, or whose end nobody knows, looks anew at what is there.
    private func isWorthAnotherAttempt(_ error: PostgreSQLError) -> Bool {
        guard failedAttempts < PostgreSQLMigrator.attempts else { return false }
        let isRace = !hasRead && ["23505", "42P07", "42710"].contains(error.state)
        return isRace || error.isConflict || error.kind == .lost || error.kind == .unknown
    }
}

extension DatabaseThread {
    /// Applies the steps that are missing; answers their names.
    package func migrate(
        _ migrations: [PostgreSQLMigration],
        now: @escaping @Sendable () -> Timestamp
    ) async throws(PostgreSQLError) -> [String] {
        try await answer(of: { PostgreSQLMigrator(migrations, now: now, $0) })
    }
}
