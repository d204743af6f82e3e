internal import Functions

/// What bringing a database's schema up to date has come to.
package struct SchemaMigration: Sendable, Equatable {
    /// The names of the steps that were missing.
    package let applied: [String]
    /// The name of the last step that the database has, which a newer program may have brought.
    package let last: String
    /// The name of the last step that this program knows.
    package let lastKnown: String

    /// Brings the schema up to date.
    package static func run(
        _ database: DatabaseOptions,
        _ migrations: [PostgreSQLMigration] = PostgreSQLMigration.all
    ) async throws(StoreOpenError) -> SchemaMigration {
        try await DatabaseVisit.connect(database) { (thread) async throws(StoreOpenError) in
            do throws(PostgreSQLError) {
                let applied = try await thread.migrate(migrations, now: SystemClock.now)
                let known = migrations.last?.name ?? ""
                return SchemaMigration(
                    applied: applied,
                    last: try await thread.schemaState().steps.last?.name ?? known,
                    lastKnown: known
                )
            } catch {
                throw error.asMigration
            }
        }
    }

    /// What was done, in one line.
    package func told(of place: String) -> String {
        let newer = last == lastKnown ? "" : ", newer than \(lastKnown) of this program"
        return "\(place) has schema \(last) \(applied.isEmpty ? "already" : "now")\(newer)"
    }
}

extension PostgreSQLError {
    var asMigration: StoreOpenError {
        let reason = "the database cannot be migrated: \(self)"
        return isPassing ? .notYet(reason) : .refused(reason)
    }
}
