internal import Functions

/// The commands that read a database on PostgreSQL beside the service.
enum PostgreSQLCommands {
    static func audit(
        _ settings: Settings,
        _ url: Secret
    ) async throws(CommandFailure) -> AuditVerdict {
        let database = try database(settings, url)
        return try await opened { () async throws(StoreOpenError) in
            try await PostgreSQLAudit.run(database)
        }.told(of: database.address.label)
    }

    /// A database has a copy of its own making, which holds what a copy of rows would not.
    static func backup(_ file: String) -> CommandFailure {
        CommandFailure(
            """
            a database on PostgreSQL is backed up by its own tools, while the service runs:
              pg_dump --format=custom --file=\(file) "$DATABASE_URL"
            pg_restore puts it into an empty database; runner audit then checks every balance
            """,
            exitCode: ExitCode.usage
        )
    }

    static func outboxList(
        _ settings: Settings,
        _ url: Secret
    ) async throws(CommandFailure) -> [OutboxLine] {
        let database = try database(settings, url)
        return try await opened { () async throws(StoreOpenError) in
            try await OutboxListing.read(database)
        }
    }

    static func database(
        _ settings: Settings,
        _ url: Secret
    ) throws(CommandFailure) -> DatabaseOptions {
        let log = StandardLog(level: .error, format: settings.logFormat)
        do throws(PostgreSQLError) {
            return try DatabaseOptions(settings, url, log: log)
        } catch {
            throw CommandFailure("\(error)", exitCode: ExitCode.usage)
        }
    }

    private static func opened<Result>(
        _ body: () async throws(StoreOpenError) -> Result
    ) async throws(CommandFailure) -> Result {
        do throws(StoreOpenError) {
            return try await body()
        } catch {
            if case .notYet = error { throw CommandFailure("\(error)", exitCode: ExitCode.busy) }
            throw CommandFailure("\(error)")
        }
    }
}
