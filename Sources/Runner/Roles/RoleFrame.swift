internal import Functions

/// What the roles have in common: loops, numbers, and a management port that answers at once.
struct RoleFrame: Sendable {
    let settings: Settings
    let log: StandardLog
    let loops: EventLoops
    let metrics: Metrics
    let readiness: Readiness
    let management: Management
    private let startedAt = SystemClock.nanoseconds()

    /// `functions` are those whose requests are counted, `parts` what has to be ready first.
    init(
        _ settings: Settings,
        _ log: StandardLog,
        functions: [String],
        waitingFor parts: [String],
        loopCount: Int = 2
    ) throws {
        self.settings = settings
        self.log = log
        loops = try EventLoops(count: loopCount, log: log)
        metrics = Metrics(functions: functions, loops: loopCount)
        metrics.watch(log: log)
        readiness = Readiness(waitingFor: parts)
        management = try Management.start(
            settings,
            ManagementHandler(readiness: readiness, metrics: metrics),
            loops: loops,
            log: log
        )
    }

    /// A server of this process on sockets that were taken first.
    func serve(
        _ name: String,
        _ sockets: HTTPServer.Sockets,
        _ handler: any ExchangeHandler
    ) throws(ServerError) -> HTTPServer {
        let server = HTTPServer(
            name: name,
            sockets: sockets,
            handler: handler,
            loops: loops,
            log: log
        )
        try server.start()
        metrics.watch(connections: server)
        return server
    }

    /// Says that the role is ready, and where it and what it uses are.
    func announce(_ role: String, _ places: [(name: String, value: String)]) {
        let milliseconds = (SystemClock.nanoseconds() - startedAt) / 1_000_000
        log.info(
            "\(role) is ready",
            places + [
                (name: "management", value: "\(management.url)/health/ready, /metrics"),
                (name: "milliseconds", value: String(milliseconds)),
            ]
        )
    }

    /// Where a listener of this process is called.
    func url(_ sockets: HTTPServer.Sockets) -> String {
        "http://\(HostName.inURL(settings.host)):\(sockets.bound.port)"
    }

    /// Ends the management port, which tells of the end until then.
    func end() async { await management.server.drain(within: 100) }
}

extension ProcessEnding {
    /// How long a listener may finish what is in flight; what comes after it wants its time, too.
    static let listenerMilliseconds = drainMilliseconds - 2_000
}
