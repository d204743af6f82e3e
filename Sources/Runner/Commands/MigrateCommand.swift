internal import Functions

/// `runner migrate`: brings the schema of `DATABASE_URL` up to date, and ends.
enum MigrateCommand {
    /// How long a database may take to come: its container may only just be made.
    static let patience = Duration.seconds(60)
    private static let pause = Duration.milliseconds(500)

    /// What was done, in one line.
    static func run(_ settings: Settings) async throws(CommandFailure) -> String {
        switch settings.database {
        case .sqlite(let path): try migrateFile(path)
        case .postgresql: try await wait { try await StoreDoor.migrate(settings) }
        }
    }

    /// A database that cannot be reached yet is waited for: whoever starts both at once need not
    /// order them.
    ///
    /// A signal ends the process, and the wait with it.
    static func wait(
        atMost patience: Duration = patience,
        pause: Duration = pause,
        _ migrate: () async throws -> String
    ) async throws(CommandFailure) -> String {
        let end = ContinuousClock.now + patience
        let limit = "\(patience.components.seconds) s"
        var isWaiting = false
        while true {
            do {
                return try await migrate()
            } catch let notYet as StoreNotYet {
                guard ContinuousClock.now < end else {
                    throw CommandFailure(
                        "the database has not come within \(limit): \(notYet.reason)",
                        exitCode: ExitCode.busy
                    )
                }
                if !isWaiting {
                    Output.note("runner: waiting for the database, at most \(limit): \(notYet)\n")
                }
                isWaiting = true
                try? await Task.sleep(for: pause)
            } catch {
                throw CommandFailure("\(error)")
            }
        }
    }

    private static func migrateFile(_ path: String) throws(CommandFailure) -> String {
        do {
            let steps = try StoreOpening.migrate(path, now: SystemClock.now())
            let last = Migration.all.last?.name ?? ""
            return steps == 0
                ? "\(path) has schema \(last) already" : "\(path) has schema \(last) now"
        } catch let busy as StoreOpenError {
            if case .busy = busy { throw CommandFailure("\(busy)", exitCode: ExitCode.busy) }
            throw CommandFailure("\(busy)")
        } catch {
            throw CommandFailure("the store \(path) cannot be brought up to date: \(error)")
        }
    }
}

/// The commands on a database that many processes share: they open it beside the others.
enum SharedStoreCommands {
    static func redrive(
        _ settings: Settings,
        _ selection: OutboxSelection
    ) async throws(CommandFailure) -> Int {
        guard let secret = settings.secretKey else {
            throw CommandFailure(
                "SECRET_KEY: found nothing, expected the key of the service",
                exitCode: ExitCode.usage
            )
        }
        let log = StandardLog(level: .error, format: settings.logFormat)
        defer { log.flush() }
        let opened: OpenedStore
        do {
            opened = try await StoreDoor.open(
                StoreRequest(settings: settings, secret: secret, log: log)
            )
        } catch let notYet as StoreNotYet {
            throw CommandFailure(notYet.reason, exitCode: ExitCode.busy)
        } catch {
            throw CommandFailure("\(error)")
        }
        defer { opened.close() }
        return try await Runner.redrive(selection, opened.store)
    }
}
