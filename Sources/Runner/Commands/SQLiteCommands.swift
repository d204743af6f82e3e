internal import Functions

/// The commands that open a SQLite store, beside the service or without it.
///
/// All but `redrive` only read. `redrive` writes by itself while nobody owns the file, else through
/// its owner's management port.
enum SQLiteCommands {
    static func audit(_ settings: Settings) async throws(CommandFailure) -> AuditVerdict {
        let path = try path(settings)
        let report = try opened { () throws(StoreOpenError) in try StoreAudit.run(path) }
        return report.told(of: path)
    }

    static func backup(_ settings: Settings, _ file: String) async throws(CommandFailure) {
        let path = try path(settings)
        _ = try opened { () throws(StoreOpenError) in try StoreBackup.run(path, to: file) }
    }

    static func outboxList(_ settings: Settings) async throws(CommandFailure) -> [OutboxLine] {
        let path = try path(settings)
        return try opened { () throws(StoreOpenError) in try OutboxListing.read(path) }
    }

    static func redrive(
        _ settings: Settings,
        _ selection: OutboxSelection
    ) async throws(CommandFailure) -> Int {
        let path = try path(settings)
        guard StoreFile.exists(path) else {
            throw CommandFailure("\(StoreOpenError.missing(path: path))")
        }
        let secret = try secret(settings)
        guard let owner = StoreLock.readOwner(beside: path) else {
            return try await redriveAlone(settings, selection, path, secret)
        }
        guard !owner.isEmpty else {
            throw CommandFailure(
                "the service that owns \(path) is just starting: try again",
                exitCode: ExitCode.busy
            )
        }
        let token = DerivedKeys(secret).managementToken
        return try await ManagementClient.redrive(selection, at: owner, token: token)
    }

    /// Nobody owns the file: this process does, for a moment.
    private static func redriveAlone(
        _ settings: Settings,
        _ selection: OutboxSelection,
        _ path: String,
        _ secret: Secret
    ) async throws(CommandFailure) -> Int {
        let configuration = FunctionConfiguration(settings)
        let options = SQLiteOptions(
            place: .file(path),
            currency: settings.currency,
            secretKey: secret,
            now: SystemClock.now,
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: { Recipient.choose($0, configuration) },
            log: StandardLog(level: .error, format: settings.logFormat),
            onFatal: { Output.note("runner: \($0)\n") }
        )
        let store = try opened { () throws(StoreOpenError) in try SQLiteStore(options) }
        defer { store.close() }
        return try await Runner.redrive(selection, store)
    }

    private static func path(_ settings: Settings) throws(CommandFailure) -> String {
        guard case .sqlite(let path) = settings.database else {
            throw CommandFailure(
                "DATABASE_URL: this release opens SQLite stores (sqlite:PATH) only",
                exitCode: ExitCode.usage
            )
        }
        return path
    }

    private static func secret(_ settings: Settings) throws(CommandFailure) -> Secret {
        if let secret = settings.secretKey { return secret }
        do throws(SecretKeyFile.Failure) {
            let kept = try SecretKeyFile.existing(in: settings.dataDirectory)
            if settings.environment == .development, let kept { return kept }
        } catch {
            throw CommandFailure(error.description)
        }
        throw CommandFailure(
            "SECRET_KEY: found nothing, expected the key of the service",
            exitCode: ExitCode.usage
        )
    }

    private static func opened<Result>(
        _ body: () throws(StoreOpenError) -> Result
    ) throws(CommandFailure) -> Result {
        do throws(StoreOpenError) {
            return try body()
        } catch {
            if case .busy = error { throw CommandFailure("\(error)", exitCode: ExitCode.busy) }
            throw CommandFailure("\(error)")
        }
    }
}

extension StoreAudit.Report {
    /// Says what was looked at; answers what is wrong.
    func told(of place: String) -> AuditVerdict {
        Output.note(
            "\(place): \(accounts) accounts, \(movements) movements, \(orders) orders, \(keys) keys; "
                + "users hold \(users), the shop \(shop), outside \(outside)\n"
        )
        let untold = findingCount - findings.count
        let rest = untold > 0 ? ["and \(untold) more"] : []
        return AuditVerdict(faults: findingCount, lines: findings.map(\.description) + rest)
    }
}
