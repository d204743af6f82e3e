internal import Functions

/// `runner function NAME`: one function in a process of its own, behind the gateway.
///
/// It checks what the gateway has checked once more, by the same code. Until the store is there and
/// its schema fits, it is not ready and answers 503.
struct FunctionRole: RunningRole {
    /// Makes what serves the function's requests.
    typealias MakeHandler =
        @Sendable (
            BoundFunction, Services, any TokenVerifier, any RequestObserver, Settings
        ) throws -> any ExchangeHandler

    let frame: RoleFrame
    /// Where the function is called.
    let url: String
    private let server: HTTPServer
    private let letters: LetterSender?
    private let selfTest: Task<Void, Never>?
    private let opening: Task<OpenedStore?, Never>

    static func start(
        _ function: AnyFunction,
        _ settings: Settings,
        _ log: StandardLog,
        _ ending: ProcessEnding,
        open: @escaping StoreOpener = StoreDoor.open,
        makeHandler: @escaping MakeHandler = FunctionRole.endpoint
    ) throws -> FunctionRole {
        let declaration = function.declaration
        let sockets = try HTTPServer.Sockets(
            name: declaration.name,
            host: settings.host,
            port: settings.port
        )
        let frame = try RoleFrame(
            settings,
            log,
            functions: [declaration.name],
            waitingFor: [StoreWait.part]
        )
        let keycloak = try KeycloakLink(settings)
        let parts = try FunctionParts(declaration, frame, keycloak)
        let store = PendingStore()
        let handler = try makeHandler(
            function.bound(limit: LocalRunner.inFlightLimit),
            try parts.services(store),
            parts.tokens ?? NoTokens(),
            RequestReport(metrics: frame.metrics, log: log),
            settings
        )
        let server = try frame.serve(declaration.name, sockets, handler)
        let url = frame.url(sockets)
        let opening = Task {
            await parts.open(store, by: open, ending) { opened in
                frame.announce("function \(declaration.name)", parts.places(url, opened))
            }
        }
        return FunctionRole(
            frame: frame,
            url: url,
            server: server,
            letters: parts.letters,
            selfTest: parts.tokens.map { keycloak.selfTest($0, settings, log) },
            opening: opening
        )
    }

    private static let endpoint: MakeHandler = { function, services, tokens, observer, settings in
        FunctionEndpoint(
            function: function,
            services: services,
            options: GatewayOptions(settings),
            tokens: tokens,
            observer: observer
        )
    }

    func drain() async {
        frame.readiness.drain()
        await server.drain(within: ProcessEnding.listenerMilliseconds)
        opening.cancel()
        selfTest?.cancel()
        letters?.stop()
        await opening.value?.close()
        await selfTest?.value
        await frame.end()
    }
}
