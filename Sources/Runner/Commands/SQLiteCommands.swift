internal import Functions

/// The commands that look at a store in SQLite, beside the service or without it.
enum SQLiteCommands {
    /// Everything that is wrong with the ledger, a line each.
    static func audit(_ settings: Settings) async throws(CommandFailure) -> [String] {
        let path = try path(settings)
        let report = try attempt { () throws(StoreOpenError) in try StoreAudit.run(path) }
        let untold = report.findingCount - report.findings.count
        return report.findings.map(\.description) + (untold > 0 ? ["and \(untold) more"] : [])
    }

    static func backup(_ settings: Settings, _ file: String) async throws(CommandFailure) {
        let path = try path(settings)
        try attempt { () throws(StoreOpenError) in _ = try StoreBackup.run(path, to: file) }
    }

    static func outboxList(_ settings: Settings) async throws(CommandFailure) -> [OutboxLine] {
        let path = try path(settings)
        return try attempt { () throws(StoreOpenError) in try OutboxListing.read(path) }
    }

    /// By itself while nobody owns the file, else through its owner.
    static func redrive(
        _ settings: Settings,
        _ selection: OutboxSelection
    ) async throws(CommandFailure) -> Int {
        let path = try path(settings)
        guard StoreFile.exists(path) else { throw failure(.missing(path: path)) }
        let secret = try secret(settings)
        let store: SQLiteStore
        do throws(StoreOpenError) {
            store = try open(path, settings, secret)
        } catch {
            guard case .busy = error, let owner = SQLiteStore.readOwner(of: path), !owner.isEmpty
            else { throw failure(error) }
            let token = DerivedKeys(secret).managementToken
            return try await ManagementClient.redrive(selection, at: owner, token: token)
        }
        defer { store.close() }
        return try await Runner.redrive(selection, store)
    }

    private static func open(
        _ path: String,
        _ settings: Settings,
        _ secret: Secret
    ) throws(StoreOpenError) -> SQLiteStore {
        var quiet = settings
        quiet.logLevel = max(settings.logLevel, .error)
        let configuration = FunctionConfiguration(settings)
        return try SQLiteStore(
            SQLiteOptions(
                place: .file(path),
                currency: settings.currency,
                secretKey: secret,
                now: SystemClock.now,
                makeIdentifier: { Identifiers.shared.next() },
                chooseRecipient: { Recipient.choose($0, configuration) },
                log: StandardLog(settings: quiet),
                // What was asked for fails by itself, and with it the command.
                onFatal: { _ in }
            )
        )
    }

    private static func secret(_ settings: Settings) throws(CommandFailure) -> Secret {
        if let secret = settings.secretKey { return secret }
        do {
            return try SecretKeyFile.load(in: settings.dataDirectory)
        } catch {
            throw CommandFailure("SECRET_KEY: \(error)")
        }
    }

    private static func path(_ settings: Settings) throws(CommandFailure) -> String {
        guard case .sqlite(let path) = settings.database else {
            throw CommandFailure("DATABASE_URL: this command is for a store in SQLite (sqlite:PATH)")
        }
        return path
    }

    private static func attempt<Result>(
        _ body: () throws(StoreOpenError) -> Result
    ) throws(CommandFailure) -> Result {
        do throws(StoreOpenError) { return try body() } catch { throw failure(error) }
    }

    private static func failure(_ error: StoreOpenError) -> CommandFailure {
        let isBusy = if case .busy = error { true } else { false }
        return CommandFailure(
            error.description,
            exitCode: isBusy ? ExitCode.busy : ExitCode.failure
        )
    }
}
