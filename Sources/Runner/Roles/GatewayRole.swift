internal import Functions

/// `runner gateway`: the single way in; `/auth/**` goes to Keycloak, `/api/**` to the functions'
/// processes.
///
/// It has neither store nor `SECRET_KEY`, and is ready as soon as it listens.
struct GatewayRole: RunningRole {
    private static let part = "listener"

    let frame: RoleFrame
    /// Where the gateway listens.
    let url: String
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
        let functions = Catalog.functions.map { $0.bound(limit: LocalRunner.inFlightLimit) }
        let frame = try RoleFrame(
            settings,
            log,
            functions: functions.map(\.declaration.name),
            waitingFor: [part]
        )
        let keycloak = try KeycloakLink(settings)
        let tokens = keycloak.tokenCheck(settings, log)
        frame.metrics.watch(tokens: tokens)
        let report = RequestReport(metrics: frame.metrics, log: log)
        let gateway = Gateway(
            functions: functions,
            forwarder: FunctionForwarder(addresses: try addresses(settings), log: log),
            options: GatewayOptions(settings),
            tokens: tokens,
            keycloak: keycloak.proxy(settings, tokens, report, log),
            observer: report,
            document: OpenAPI.bytes(
                publicURL: keycloak.address.publicBase.text,
                realm: settings.keycloakRealm
            )
        )
        let server = try frame.serve("gateway", sockets, gateway)
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
            url: frame.url(sockets),
            server: server,
            selfTest: keycloak.selfTest(tokens, settings, log)
        )
    }

    /// Of those that have a path; events do not come this way.
    private static func addresses(
        _ settings: Settings
    ) throws(FunctionAddresses.Failure) -> FunctionAddresses {
        let called = Catalog.functions.map(\.declaration).filter { declaration in
            if case .http = declaration.trigger { true } else { false }
        }
        return try FunctionAddresses(called) { settings.address(ofFunction: $0) }
    }

    func drain() async {
        frame.readiness.drain()
        await server.drain(within: ProcessEnding.drainMilliseconds - 500)
        selfTest.cancel()
        await selfTest.value
        await frame.end()
    }
}
