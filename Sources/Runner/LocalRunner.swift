internal import CLinux
internal import Functions
internal import Glibc

/// `runner serve`: gateway and all functions in one process, with the store, the worker, the
/// letters and, without `KEYCLOAK_URL`, the embedded identity provider.
struct LocalRunner {
    /// How many requests of one function may be in flight.
    static let inFlightLimit = 256
    private static let loopCount = 2

    let settings: Settings
    let log: StandardLog
    private let startedAt = SystemClock.nanoseconds()

    static func serve(_ settings: Settings) async -> Int32 {
        let log = StandardLog(settings: settings)
        defer { log.flush() }
        do {
            try await LocalRunner(settings: settings, log: log).run()
            return ExitCode.success
        } catch {
            log.error("the service cannot start: \(error)")
            return error is StoreOpenError ? ExitCode.busy : ExitCode.failure
        }
    }

    private init(settings: Settings, log: StandardLog) {
        self.settings = settings
        self.log = log
    }

    private func run() async throws {
        // Taken first: a port that is not free ends the start before anything is touched.
        let sockets = try HTTPServer.Sockets(
            name: "gateway",
            host: settings.host,
            port: settings.port
        )
        let publicURL = settings.publicURL(boundPort: sockets.bound.port)
        let ending = try ProcessEnding.install()
        let loops = try EventLoops(count: LocalRunner.loopCount, log: log)
        let secret = try settings.secretKey ?? secretOfDevelopment()
        let parts = try await makeParts(secret, publicURL, loops)
        let gateway = HTTPServer(
            name: "gateway",
            sockets: sockets,
            handler: parts.gateway,
            loops: loops,
            log: log
        )
        try gateway.start()
        parts.metrics.watch(connections: gateway, log: log, dataDirectory: settings.dataDirectory)
        let management = try Management.start(
            settings,
            parts.management,
            loops: loops,
            log: log
        )
        parts.store.writeOwner(management.url)
        let background = startBackground(parts)
        show(publicURL, parts, management)
        await ending.wait()
        await drain(gateway, parts, management, background)
    }

    private func secretOfDevelopment() throws -> Secret {
        try StoreFile.makeDirectory(of: settings.dataDirectory + "/secret-key")
        return try SecretKeyFile.load(in: settings.dataDirectory)
    }

    private func startBackground(_ parts: LocalParts) -> [Task<Void, Never>] {
        let sweeper = RegistrationSweeper(services: parts.services, now: SystemClock.now)
        let credentials = settings.keycloakClient
        return [
            Task { await parts.worker.run() },
            Task { await sweeper.run() },
            Task { await parts.keycloak.selfTest(credentials, log: log) },
        ]
    }

    private func show(_ publicURL: String, _ parts: LocalParts, _ management: Management) {
        Banner(
            settings: settings,
            gateway: publicURL,
            provider: parts.keycloak.address.base.text,
            management: management.url,
            users: DevelopmentUsers.all(settings),
            milliseconds: Int((SystemClock.nanoseconds() - startedAt) / 1_000_000)
        ).show(on: log)
    }

    /// Readiness first, then what is in flight, then the worker, then the store.
    private func drain(
        _ gateway: HTTPServer,
        _ parts: LocalParts,
        _ management: Management,
        _ background: [Task<Void, Never>]
    ) async {
        log.info("draining")
        parts.readiness.drain()
        await gateway.drain(within: ProcessEnding.drainMilliseconds - 2_000)
        for task in background { task.cancel() }
        parts.letters.stop()
        for task in background { await task.value }
        await parts.keycloak.identity?.server.drain(within: 500)
        await management.server.drain(within: 100)
        parts.store.close()
        log.info("the service has ended")
    }
}
