import Functions
import Runner
import Testing

/// Clocks that a test moves.
final class TestClock: Sendable {
    private let seconds = Lock(1_800_000_000.0)

    var now: Double { seconds.withLock { $0 } }
    var clock: TokenClock { TokenClock(wall: { self.now }, steady: { self.now }) }

    func advance(_ by: Double) { seconds.withLock { $0 += by } }
}

/// Keeps what is logged.
final class TokenLog: Log {
    private let kept = Lock<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func write(_ level: LogLevel, _ message: String, _ values: [(name: String, value: String)]) {
        let line = ([message] + values.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
        kept.withLock { $0.append(line) }
    }

    func isEnabled(_ level: LogLevel) -> Bool { true }
}

/// A Keycloak whose every answer the test decides, and a check in front of it.
final class TokenFixture: Sendable {
    /// Status and body; nil closes without an answer.
    typealias Answer = (status: Int, body: String)

    static let issuer = "http://localhost:8080/auth/realms/otus"

    let time = TestClock()
    let log = TokenLog()
    let asked = Mailbox<Received>()
    let client = CurlClient()
    let check: TokenCheck
    let address: KeycloakAddress
    private let answers: Lock<@Sendable (Received) -> Answer?>
    private let upstream: FakeUpstream

    init(
        mode: Settings.TokenCheck = .introspection,
        cacheSeconds: Int = 5,
        _ answer: @escaping @Sendable (Received) -> Answer?
    ) throws {
        let answers = Lock<@Sendable (Received) -> Answer?>(answer)
        let asked = asked
        self.answers = answers
        upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                asked.put(request)
                guard let answer = answers.withLock({ $0 })(request) else { return peer.close() }
                let length = answer.body.utf8.count
                peer.send(
                    "HTTP/1.1 \(answer.status) X\r\nContent-Length: \(length)\r\n\r\n\(answer.body)"
                )
            }
            peer.close()
        }
        var address = try #require(
            KeycloakAddress(
                keycloakURL: "http://127.0.0.1:\(upstream.port)/auth/",
                publicURL: "http://localhost:8080/",
                realm: "otus"
            )
        )
        address.patience = .seconds(60)
        self.address = address
        check = TokenCheck(
            address: address,
            credentials: ClientCredentials(id: "gateway", secret: Secret("gate way&secret")),
            mode: mode,
            cacheSeconds: cacheSeconds,
            client: client,
            log: log,
            clock: time.clock
        )
    }

    func answer(_ answer: @escaping @Sendable (Received) -> Answer?) {
        answers.withLock { $0 = answer }
    }

    func verdict(_ token: String) async -> TokenVerdict {
        await delivered { done in
            let answer = check.check(Array(token.utf8)[...], done)
            if let answer { done(answer) }
        }
    }

    /// A verdict in a word: `valid`, `unavailable`, or what is wrong.
    func word(_ token: String) async -> String { await verdict(token).word }

    /// The claims of a good access token, with some replaced; null takes one away.
    func claims(_ changes: KeyValuePairs<String, JSON> = [:]) -> JSON {
        let now = Int64(time.now)
        let good: [(String, JSON)] = [
            ("iss", .string(Self.issuer)), ("aud", ["gateway", "account"]), ("typ", "Bearer"),
            ("sub", "b271c1b7-a5da-47f7-94bf-3229a4e18484"), ("azp", "orders-web"),
            ("exp", .integer(now + 300)), ("iat", .integer(now)), ("sid", "session-1"),
            ("realm_access", ["roles": ["user", "default-roles-otus"]]),
            ("email", "alice@example.org"), ("email_verified", true),
            ("phone_number", "+79990000001"), ("locale", "ru"),
        ]
        let kept = good.filter { member in !changes.contains { $0.key == member.0 } }
        let changed = changes.filter { $0.value != .null }.map { ($0.key, $0.value) }
        return .object((kept + changed).map { JSON.Member($0.0, $0.1) })
    }

    /// The claims as an introspection's answer.
    func active(_ changes: KeyValuePairs<String, JSON> = [:]) -> Answer {
        guard case .object(let members) = claims(changes) else { return (500, "") }
        return (200, JSON.object(members + [JSON.Member("active", true)]).text)
    }
}

extension TokenVerdict {
    var word: String {
        switch self {
        case .valid: "valid"
        case .unavailable: "unavailable"
        case .invalid(let flaw): "\(flaw)"
        }
    }

    var token: VerifiedToken? {
        if case .valid(let token) = self { return token }
        return nil
    }
}
