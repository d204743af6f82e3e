import Functions
import Runner
import Testing

/// The proxy behind a real listener, in front of a fake Keycloak.
final class ProxyFixture {
    static let token = TokenText.make(["sid": "session-1"])

    let revoked = Mailbox<RevokedSession>()
    let statuses = Mailbox<Int>()
    let port: Int
    private let loops: EventLoops
    private let server: HTTPServer

    init(
        _ keycloak: String,
        publicURL: String = "https://shop.example",
        trusted: [String] = [],
        silence: Duration = .seconds(30)
    ) throws {
        let address = try #require(
            KeycloakAddress(keycloakURL: keycloak, publicURL: publicURL, realm: "otus")
        )
        let revoked = revoked
        let proxy = KeycloakProxy(
            client: CurlClient(),
            address: address,
            trustedProxies: trusted.compactMap { NetworkRange($0) },
            hooks: .init(revoked: { revoked.put($0) }, observer: StatusObserver(statuses)),
            log: SilentLog(),
            silence: silence
        )
        loops = try EventLoops(count: 1, log: SilentLog())
        server = HTTPServer(
            name: "gateway",
            host: "127.0.0.1",
            port: 0,
            handler: ProxyHandler(proxy),
            loops: loops,
            log: SilentLog()
        )
        port = try server.start().port
    }

    convenience init(
        _ upstream: FakeUpstream,
        path: String = "/auth",
        silence: Duration = .seconds(30)
    ) throws {
        try self.init("http://127.0.0.1:\(upstream.port)\(path)", silence: silence)
    }

    deinit { loops.stop() }

    func answer(_ request: String) -> ReceivedAnswer? {
        let client = Client(port)
        client.send(request)
        return client.answer(toHead: request.hasPrefix("HEAD"))
    }

    func get(_ path: String) -> ReceivedAnswer? {
        answer("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
    }
}

private final class ProxyHandler: ExchangeHandler {
    let proxy: KeycloakProxy

    init(_ proxy: KeycloakProxy) { self.proxy = proxy }

    func handle(_ exchange: Exchange) { proxy.forward(exchange) }
}

private final class StatusObserver: RequestObserver {
    let statuses: Mailbox<Int>

    init(_ statuses: Mailbox<Int>) { self.statuses = statuses }

    func began(_ exchange: Exchange, function: String) {}

    func ended(_ exchange: Exchange, function: String?, status: Int, startedAt: UInt64) {
        statuses.put(status)
    }
}

/// Tokens that look real.
enum TokenText {
    /// Signed where there is a key; else with a signature that is none.
    static func make(
        _ claims: JSON,
        header: JSON = ["alg": "RS256", "kid": "k1"],
        key: PrivateKey? = nil
    ) -> String {
        let signed = "\(part(header)).\(part(claims))"
        let signature = key.map { Base64.encodeURL($0.sign(signed.utf8)) } ?? "c2lnbmF0dXJl"
        return "\(signed).\(signature)"
    }

    static func part(_ json: JSON) -> String {
        var writer = JSONWriter()
        writer.value(json)
        return Base64.encodeURL(writer.bytes)
    }
}
