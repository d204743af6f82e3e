import Functions
import Testing

@testable import Runner

/// Callers by the text of their tokens.
final class FakeTokens: TokenVerifier {
    private let callers: [String: TokenAnswer]

    init(_ callers: [String: TokenAnswer]) { self.callers = callers }

    func verify(
        _ token: ArraySlice<UInt8>,
        loop: Int,
        done: @escaping @Sendable (TokenAnswer) -> Void
    ) -> TokenAnswer? { callers[String(decoding: token, as: UTF8.self)] ?? .invalid }
}

/// A listener of a test's own.
final class Listening {
    let port: Int
    private let loops: EventLoops
    private let server: HTTPServer
    /// What it needs to live.
    private let others: [AnyObject]

    init(_ handler: any ExchangeHandler, keeping others: [AnyObject] = []) throws {
        self.others = others
        loops = try EventLoops(count: 1, log: SilentLog())
        server = HTTPServer(
            name: "test",
            host: "127.0.0.1",
            port: 0,
            handler: handler,
            loops: loops,
            log: SilentLog()
        )
        port = try server.start().port
    }

    deinit { loops.stop() }

    /// Waits on a thread of its own: effects need those that tests run on.
    func answer(
        _ request: String,
        fileID: StaticString = #fileID,
        line: UInt = #line
    ) async -> ReceivedAnswer? {
        let port = port
        return await delivered(fileID: fileID, line: line) { done in
            let isStarted = SystemThread.detach("client") {
                let client = Client(port)
                client.send(request)
                done(client.answer(toHead: request.hasPrefix("HEAD")))
            }
            if !isStarted { done(nil) }
        }
    }
}

final class NoObserver: RequestObserver {
    func began(_ exchange: Exchange, function: String) {}
    func ended(_ exchange: Exchange, function: String?, status: Int, startedAt: UInt64) {}
}

/// Keeps the statuses of answers.
final class Statuses: RequestObserver {
    private let statuses: Mailbox<Int>

    init(_ statuses: Mailbox<Int>) { self.statuses = statuses }

    func began(_ exchange: Exchange, function: String) {}

    func ended(_ exchange: Exchange, function: String?, status: Int, startedAt: UInt64) {
        statuses.put(status)
    }
}

private final class NoKeycloak: KeycloakForwarder {
    func forward(_ exchange: Exchange) { exchange.abort() }
}

/// What gateway and functions are made of, over a store in memory.
struct RemoteParts {
    let test: TestStore
    let log = KeptLog()
    let letters = Lock(LetterDelivery.Outcome.sent)
    let alice: UserID
    let tokens: FakeTokens
    var options = GatewayOptions()

    init() async throws {
        test = try TestStore()
        alice = await test.user(holding: 1_000)
        tokens = FakeTokens([
            "alice": .valid(Caller(userID: alice, roles: .user)),
            "olga": .valid(Caller(userID: UserID(TestStore.randomUUID()), roles: .operator)),
            "service": .valid(Caller(userID: UserID(TestStore.randomUUID()), roles: .service)),
            "nobody": .valid(Caller(userID: UserID(TestStore.randomUUID()), roles: [])),
            "foreign": .foreignSubject, "unsure": .unavailable,
        ])
        options.corsOrigins = ["https://shop.example"]
    }

    var services: Services {
        let letters = letters
        return Services(
            store: test.store,
            configuration: test.configuration,
            identity: IdentityAdministration(
                findUser: { _ throws(ProviderUnavailable) in throw ProviderUnavailable("none") },
                createUser: { _ throws(ProviderUnavailable) in throw ProviderUnavailable("none") }
            ),
            delivery: LetterDelivery { _ in letters.withLock { $0 } },
            keys: DerivedKeys(TestStore.secret),
            log: log,
            makeIdentifier: { Identifiers.shared.next() }
        )
    }

    static var functions: [BoundFunction] { Catalog.functions.map { $0.bound(limit: 64) } }

    static func function(_ name: String, limit: Int = 64) throws -> BoundFunction {
        try #require(Catalog.functions.first { $0.declaration.name == name }).bound(limit: limit)
    }

    /// Gateway and functions in one process.
    func local() throws -> Listening {
        try Listening(
            Gateway(
                functions: Self.functions,
                services: services,
                options: options,
                tokens: tokens,
                keycloak: NoKeycloak(),
                observer: NoObserver(),
                document: []
            )
        )
    }

    /// One function behind a listener of its own.
    func process(
        _ function: BoundFunction,
        observer: any RequestObserver = NoObserver()
    ) throws -> Listening {
        try Listening(
            FunctionEndpoint(
                function: function,
                services: services,
                options: options,
                tokens: tokens,
                observer: observer
            )
        )
    }

    /// A gateway that finds its functions where it is told.
    func gateway(
        _ functions: [BoundFunction] = Self.functions,
        keeping others: [AnyObject] = [],
        at address: (String) -> String?
    ) throws -> Listening {
        try Listening(
            Gateway(
                functions: functions,
                forwarder: FunctionForwarder(
                    addresses: FunctionAddresses(functions.map(\.declaration), address: address),
                    log: log
                ),
                options: options,
                tokens: tokens,
                keycloak: NoKeycloak(),
                observer: NoObserver(),
                document: []
            ),
            keeping: others
        )
    }

    /// A gateway that finds every function at one place.
    func gateway(
        _ functions: [BoundFunction] = Self.functions,
        before upstream: FakeUpstream,
        path: String = ""
    ) throws -> Listening {
        try gateway(functions, keeping: [upstream]) { _ in upstream.base.text + path }
    }

    func gateway(before process: Listening) throws -> Listening {
        try gateway(keeping: [process]) { _ in "http://127.0.0.1:\(process.port)" }
    }
}

/// A request's text.
func request(
    _ line: String,
    _ fields: [String] = [],
    as token: String? = "alice",
    body: String? = nil
) -> String {
    var lines = ["\(line) HTTP/1.1", "Host: x"] + fields
    if let token { lines.append("Authorization: Bearer \(token)") }
    if let body {
        lines.append("Content-Length: \(body.utf8.count)")
        if !fields.contains(where: { $0.hasPrefix("Content-Type") }) {
            lines.append("Content-Type: application/json")
        }
    }
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
}
