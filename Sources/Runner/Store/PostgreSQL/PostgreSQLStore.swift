internal import Functions

/// The store on PostgreSQL, of which many processes have one each over the same database.
///
/// To be closed before it is let go.
package final class PostgreSQLStore: Store {
    let options: PostgreSQLOptions
    package let thread: DatabaseThread
    private let jobs: JobQueue
    private let queries = QueryQueue()
    /// What `check` has found last: nothing is done before the schema fits.
    private let readiness = Lock(StoreReadiness.waiting("the store is being opened"))
    /// What looks again while the store is open.
    private let watching = Lock<[Task<Void, Never>]>([])

    /// Opens the store and waits until it can be used: migrates where the options say so.
    package static func open(
        _ options: PostgreSQLOptions
    ) async throws(StoreOpenError) -> PostgreSQLStore {
        let store = try PostgreSQLStore(options)
        do throws(StoreOpenError) {
            switch await store.thread.contact.first() {
            case .there: break
            case .refused(let reason): throw .refused(reason)
            case .starting: throw .notYet("the first connection is under way")
            case .away(let reason): throw .notYet(reason)
            }
            if options.migrates { _ = try await migrate(store.thread, options) }
            switch await store.check() {
            case .ready: return store
            case .waiting(let reason): throw .notYet(reason)
            case .refused(let reason): throw .refused(reason)
            }
        } catch {
            store.close()
            throw error
        }
    }

    /// Begins to connect, and waits for nothing: whoever asks is refused until `check` says that the
    /// store is ready.
    package init(_ options: PostgreSQLOptions) throws(StoreOpenError) {
        self.options = options
        let environment = StoreEnvironment(
            now: options.now,
            makeIdentifier: options.makeIdentifier,
            runsTwice: options.runsTwice,
            eventsWait: options.onEvents,
            log: options.log
        )
        jobs = JobQueue(
            environment,
            connections: options.database.connections,
            isDistributed: options.database.isDistributed
        )
        do throws(ServerError) {
            thread = try DatabaseThread(options.database, sources: [jobs, queries])
            try thread.start()
        } catch {
            throw .refused("no thread could be started for the store: \(error)")
        }
    }

    /// How many jobs and queries wait for a connection.
    package var waiting: [(kind: String, count: Int)] {
        [("transaction", jobs.waitingCount), ("query", queries.waitingCount)]
    }

    package var answersInPlace: Bool { false }

    package func submit(_ job: any StoreJob) {
        if let reason = reasonNotToServe {
            job.finish(.unavailable(reason))
        } else if jobs.put(job) {
            thread.wake()
        } else {
            job.finish(.unavailable("the store is closed"))
        }
    }

    package func read(_ query: any StoreQuery) {
        if let reason = reasonNotToServe {
            query.finish(StoreUnavailable(reason))
        } else if queries.put(query) {
            thread.wake()
        } else {
            query.finish(StoreUnavailable("the store is closed"))
        }
    }

    /// Finishes what was submitted, within limits, and closes the connections.
    package func close() {
        keepWatching([])
        jobs.close()
        queries.close()
        thread.close()
        thread.contact.forgetObservers()
    }

    /// Tasks that end with the store; those before them end now.
    func keepWatching(_ tasks: [Task<Void, Never>]) {
        let before = watching.withLock { watching in
            defer { watching = tasks }
            return watching
        }
        for task in before { task.cancel() }
    }

    /// Why nothing may be done; nil where the schema fits.
    var reasonNotToServe: String? {
        switch readiness.withLock({ $0 }) {
        case .ready: nil
        case .waiting(let reason), .refused(let reason): reason
        }
    }
}

/// Whether a store can be used.
package enum StoreReadiness: Sendable, Equatable {
    case ready
    /// Not yet, or not just now: for the database, or for somebody who migrates it.
    case waiting(String)
    /// Not by this process, whatever it waits for.
    case refused(String)
}

extension PostgreSQLStore {
    private static func migrate(
        _ thread: DatabaseThread,
        _ options: PostgreSQLOptions
    ) async throws(StoreOpenError) -> [String] {
        do throws(PostgreSQLError) {
            return try await thread.migrate(options.migrations, now: options.now)
        } catch {
            throw error.asMigration
        }
    }

    package func schemaFit() async throws(PostgreSQLError) -> SchemaState.Fit {
        try await thread.schemaFit(options.migrations)
    }

    /// Looks whether the store can be used; to be asked again until it is ready, and whenever
    /// somebody wants to know.
    @discardableResult
    package func check() async -> StoreReadiness {
        let found = await look()
        readiness.withLock { known in
            // Once it was ready, only a schema or an identity that does not fit makes it stop: what
            // passes is told by the database to each who asks. Nor does it mend a refusal.
            switch (known, found) {
            case (.ready, .waiting), (.refused, .waiting): break
            default: known = found
            }
        }
        return found
    }

    private func look() async -> StoreReadiness {
        if let reason = thread.contact.state.reason { return .waiting(reason) }
        do throws(PostgreSQLError) {
            switch try await schemaFit() {
            case .waits(let reason): return .waiting(reason)
            case .refused(let reason): return .refused(reason)
            case .fits: break
            }
            let identity = StoreIdentity(currency: options.currency, secretKey: options.secretKey)
            return try await identity.check(thread, options.database.address.label)
                .map { .refused($0) } ?? .ready
        } catch {
            return .waiting(error.description)
        }
    }
}
