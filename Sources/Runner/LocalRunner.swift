internal import Functions

/// `runner serve`: gateway and all functions in one process, with the store, the worker, the
/// letters and, without `KEYCLOAK_URL`, the embedded identity provider.
struct LocalRunner: RunningRole {
    /// How many requests of one function may be in flight.
    static let inFlightLimit = 256
    private static let loopCount = 2

    private let log: StandardLog
    private let gateway: HTTPServer
    private let parts: LocalParts
    private let management: Management
    private let background: [Task<Void, Never>]

    static func start(_ settings: Settings, _ log: StandardLog) async throws -> LocalRunner {
        let startedAt = SystemClock.nanoseconds()
        // Taken first: a port that is not free ends the start before anything is touched.
        let sockets = try HTTPServer.Sockets(
            name: "gateway",
            host: settings.host,
            port: settings.port
        )
        let publicURL = settings.publicURL(boundPort: sockets.bound.port)
        let loops = try EventLoops(count: loopCount, log: log)
        let assembly = LocalAssembly(settings: settings, log: log, loops: loops)
        let parts = try await assembly.make(publicURL)
        let gateway = HTTPServer(
            name: "gateway",
            sockets: sockets,
            handler: parts.gateway,
            loops: loops,
            log: log
        )
        try gateway.start()
        parts.metrics.watch(connections: gateway)
        let management = try Management.start(settings, parts.management, loops: loops, log: log)
        parts.store.writeOwner(management.url)
        let runner = LocalRunner(
            log: log,
            gateway: gateway,
            parts: parts,
            management: management,
            background: startBackground(settings, parts, log)
        )
        runner.show(settings, publicURL, startedAt)
        return runner
    }

    private static func startBackground(
        _ settings: Settings,
        _ parts: LocalParts,
        _ log: any Log
    ) -> [Task<Void, Never>] {
        let sweeper = RegistrationSweeper(services: parts.services, now: SystemClock.now)
        let worker = parts.worker
        return [
            Task { await worker.run() },
            Task { await sweeper.run() },
            parts.keycloak.selfTest(parts.tokens, settings, log),
        ]
    }

    private func show(_ settings: Settings, _ publicURL: String, _ startedAt: UInt64) {
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
    func drain() async {
        parts.readiness.drain()
        await gateway.drain(within: ProcessEnding.listenerMilliseconds)
        for task in background { task.cancel() }
        parts.letters.stop()
        for task in background { await task.value }
        await parts.identity?.server.drain(within: 500)
        await management.server.drain(within: 100)
        parts.store.close()
    }
}
