#if PLANTED_BUGS
    internal import Functions

    /// What a planted bug writes by a second transaction, which ought to be one with the first.
    ///
    /// Unchecked: used on the database thread alone.
    final class PlantedRest: DatabaseWork, @unchecked Sendable {
        let transaction = DatabaseTransaction(.write)
        private let statements: [PostgreSQLStatement]
        private let then: () -> Void

        init(_ statements: [PostgreSQLStatement], then: @escaping () -> Void) {
            self.statements = statements
            self.then = then
        }

        func begin() -> DatabaseStep { .commit(statements) }

        func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep {
            .rollBack
        }

        func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel {
            then()
            return .none
        }
    }

    extension BatchStatements {
        /// The keys of the rest's records are put back before their answers.
        static func planted(_ rest: BatchDecision, _ load: BatchLoad) -> [PostgreSQLStatement] {
            let keys = rest.records.map(\.claim.key).filter { load.answers[$0] != nil }
            let restored = PostgreSQLStatement(
                """
                INSERT INTO keys (key, answer) SELECT * FROM unnest($1, $2)
                ON CONFLICT DO NOTHING
                """,
                .uuids(keys),
                .uuids(keys.map { load.answers[$0] })
            )
            let written = BatchStatements(rest, load, freesKeys: false).statements
            return keys.isEmpty ? written : [restored] + written
        }
    }
#endif
