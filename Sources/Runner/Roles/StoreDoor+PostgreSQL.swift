internal import Functions

/// The door to a database that many processes share.
extension StoreDoor {
    /// Waits until the database has answered, and throws `StoreNotYet` where it has not, or where its
    /// schema has to be brought up to date by somebody else.
    static func openShared(_ url: Secret, _ request: StoreRequest) async throws -> OpenedStore {
        let database = try databaseOptions(url, request.settings, request.log)
        var options = PostgreSQLOptions(
            database: database,
            currency: request.settings.currency,
            secretKey: request.secret,
            now: SystemClock.now,
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: request.chooseRecipient
        )
        options.migrates = request.migrates
        options.onEvents = request.onEvents
        let store = try PostgreSQLStore(options)
        do {
            try await reach(store.thread)
            if request.migrates { _ = try await store.migrate() }
            switch await store.check() {
            case .ready: break
            case .waiting(let reason): throw StoreNotYet(reason: reason)
            case .refused(let reason): throw StoreOpenError.refused(reason)
            }
        } catch {
            store.close()
            throw error
        }
        store.thread.contact.observe { request.onHealth($0.reason) }
        request.onHealth(store.thread.contact.state.reason)
        return OpenedStore(
            store: store,
            place: database.address.label,
            close: { store.close() }
        )
    }

    /// Brings the schema of a shared database up to date; what was done, in one line.
    ///
    /// - Throws: `StoreNotYet` where another attempt makes sense.
    static func migrate(_ settings: Settings) async throws -> String {
        guard case .postgresql(let url) = settings.database else {
            throw StartFailure("DATABASE_URL is a file: it is brought up to date by its owner")
        }
        let options = try databaseOptions(url, settings, StandardLog(settings: settings))
        let thread = try DatabaseThread(options, sources: [])
        try thread.start()
        defer { thread.close() }
        try await reach(thread)
        let steps = try await thread.migrate(PostgreSQLMigration.all, now: SystemClock.now)
        let last = PostgreSQLMigration.all.last?.name ?? ""
        let place = options.address.label
        return steps.isEmpty
            ? "\(place) has schema \(last) already" : "\(place) has schema \(last) now"
    }

    private static func reach(_ thread: DatabaseThread) async throws {
        switch await thread.contact.first() {
        case .refused(let reason): throw StoreOpenError.refused(reason)
        case .away(let reason): throw StoreNotYet(reason: reason)
        case .starting, .there: break
        }
    }

    private static func databaseOptions(
        _ url: Secret,
        _ settings: Settings,
        _ log: any Log
    ) throws -> DatabaseOptions {
        var options = DatabaseOptions(address: try PostgreSQLAddress(url: url), log: log)
        options.connections = settings.databaseConnections
        options.isDistributed = settings.databaseDistributed
        return options
    }
}
