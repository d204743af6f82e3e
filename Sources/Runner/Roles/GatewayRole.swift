internal import Functions

/// `runner gateway`: the single way in; `/auth/**` goes to Keycloak, `/api/**` to the functions'
/// processes.
///
/// It has neither store nor `SECRET_KEY`, and is ready as soon as it listens.
struct GatewayRole: RunningRole {
    private static let part = "listener"

    private let frame: RoleFrame
    private let server: HTTPServer
    private let selfTest: Task<Void, Never>

    static func start(
        _ settings: Settings,
        _ log: StandardLog
    ) throws -> GatewayRole {
        let sockets = try HTTPServer.Sockets(
            name: "gateway",
            host: settings.host,
            port: settings.port
        )
        let functions = Catalog.functions.map(\.declaration.name)
        let frame = try RoleFrame(settings, log, functions: functions, waitingFor: [part])
        let keycloak = try KeycloakLink(settings)
        let tokens = keycloak.tokenCheck(settings, log)
        frame.metrics.watch(tokens: tokens)
        let report = RequestReport(metrics: frame.metrics, log: log)
        let handler = try ProcessParts.gateway(
            settings,
            tokens,
            keycloak.proxy(settings, tokens, report, log),
            report,
            log
        )
        let server = try frame.serve("gateway", sockets, handler)
        frame.readiness.ready(part)
        frame.announce(
            "gateway",
            [
                ("url", frame.url(sockets)), ("public", keycloak.address.publicBase.text),
                ("keycloak", keycloak.address.base.text),
                ("functions", settings.functionURL ?? "each by its own FUNCTION_URL_…"),
            ]
        )
        return GatewayRole(
            frame: frame,
            server: server,
            selfTest: keycloak.selfTest(settings, log)
        )
    }

    func drain() async {
        frame.readiness.drain()
        await server.drain(within: ProcessEnding.drainMilliseconds - 500)
        selfTest.cancel()
        await selfTest.value
        await frame.end()
    }
}
