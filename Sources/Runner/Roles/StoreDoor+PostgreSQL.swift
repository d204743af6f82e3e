internal import Functions

/// The door to a database that many processes share.
extension StoreDoor {
    /// Waits until the database has answered, and throws `StoreNotYet` where it has not, or where its
    /// schema has to be brought up to date by somebody else.
    static func openShared(_ url: Secret, _ request: StoreRequest) async throws -> OpenedStore {
        let database = try DatabaseOptions(request.settings, url, log: request.log)
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
        do throws(StoreOpenError) {
            let store = try await PostgreSQLStore.open(options)
            store.watch(request.onHealth)
            return OpenedStore(
                store: store,
                place: database.address.label,
                watch: { $0.watch(store: store) },
                watchOutbox: { $0.watch(outboxOf: store) },
                close: { store.close() }
            )
        } catch {
            throw error.asStart
        }
    }

    /// Brings the schema of a shared database up to date; what was done, in one line.
    ///
    /// - Throws: `StoreNotYet` where another attempt makes sense.
    static func migrate(_ settings: Settings) async throws -> String {
        guard case .postgresql(let url) = settings.database else {
            throw StartFailure("DATABASE_URL is a file: it is brought up to date by its owner")
        }
        // Whoever waits says what for, once and not at every attempt.
        let log = StandardLog(level: .error, format: settings.logFormat)
        defer { log.flush() }
        let database = try DatabaseOptions(settings, url, log: log)
        do throws(StoreOpenError) {
            return try await SchemaMigration.run(database).told(of: database.address.label)
        } catch {
            throw error.asStart
        }
    }
}

extension DatabaseOptions {
    /// As the settings have it.
    init(_ settings: Settings, _ url: Secret, log: any Log) throws(PostgreSQLError) {
        self.init(address: try PostgreSQLAddress(url: url), log: log)
        connections = settings.databaseConnections
        isDistributed = settings.databaseDistributed
    }
}

extension StoreOpenError {
    /// The same, as whoever starts wants it: told apart by whether another attempt makes sense.
    fileprivate var asStart: any Error {
        if case .notYet(let reason) = self { StoreNotYet(reason: reason) } else { self }
    }
}
