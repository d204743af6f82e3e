/// A command's short visit to the database, over one connection.
enum DatabaseVisit {
    /// Runs the closure where the database is there and has this program's schema.
    static func run<Value>(
        _ options: DatabaseOptions,
        _ body: (DatabaseThread) async throws(PostgreSQLError) -> Value
    ) async throws(StoreOpenError) -> Value {
        try await connect(options) { (thread) async throws(StoreOpenError) -> Value in
            try await fitting(thread, options.address.label, body).get()
        }
    }

    private static func fitting<Value>(
        _ thread: DatabaseThread,
        _ place: String,
        _ body: (DatabaseThread) async throws(PostgreSQLError) -> Value
    ) async -> Result<Value, StoreOpenError> {
        do throws(PostgreSQLError) {
            switch try await thread.schemaFit(PostgreSQLMigration.all) {
            case .fits: return .success(try await body(thread))
            case .waits(let reason): return .failure(.notYet(reason))
            case .refused(let reason): return .failure(.refused(reason))
            }
        } catch {
            let reason = "\(place) cannot be read: \(error)"
            return .failure(error.isPassing ? .notYet(reason) : .refused(reason))
        }
    }

    /// Runs the closure where the database is there.
    static func connect<Value>(
        _ options: DatabaseOptions,
        _ body: (DatabaseThread) async throws(StoreOpenError) -> Value
    ) async throws(StoreOpenError) -> Value {
        var options = options
        options.connections = 1
        options.triesRefusedLogin = false
        let thread: DatabaseThread
        do throws(ServerError) {
            thread = try DatabaseThread(options, sources: [])
            try thread.start()
        } catch {
            throw .refused("no thread could be started for the database: \(error)")
        }
        defer { thread.close() }
        switch await thread.contact.first() {
        case .there: return try await body(thread)
        case .starting: throw .notYet("the first connection is under way")
        case .away(let reason): throw .notYet(reason)
        case .refused(let reason): throw .refused(reason)
        }
    }
}
