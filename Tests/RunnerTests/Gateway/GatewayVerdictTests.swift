import Functions
import Testing

@testable import Runner

/// What the gateway makes of targets, and of Keycloak's answers, however they arrive.
@Suite struct `Gateway verdicts` {
    @Test(arguments: GatewayRows.targets, Sending.allCases)
    func target(_ verdict: Verdict, _ sending: Sending) throws {
        let server = try GatewayServer.shared.get()
        try check(verdict, sending, server.place)
        #expect(server.strays.withLock { $0 } == [])
    }

    @Test(arguments: GatewayRows.answers, Sending.allCases)
    func answer(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, GatewayServer.shared.get().place)
    }

    @Test(arguments: GatewayRows.splits, Sending.allCases)
    func `field that splits`(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, GatewayServer.shared.get().place)
    }
}

/// The gateway's handler on a socket, before a fake Keycloak that tells what it was asked.
final class GatewayServer: Sendable {
    static let shared = Result { try GatewayServer() }

    let place: VerdictPlace
    /// What reached Keycloak though it is not below the realm.
    let strays: Lock<[String]>
    private let loops: EventLoops
    private let server: HTTPServer
    private let upstream: FakeUpstream

    private init() throws {
        let strays = Lock([String]())
        self.strays = strays
        upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                let path = request.line.split(separator: " ")[1]
                if !path.hasPrefix("/realms/otus") { strays.withLock { $0.append(request.line) } }
                guard let answer = GatewayRows.upstream[String(path)] else {
                    peer.send(GatewayServer.echo(request))
                    continue
                }
                peer.send(answer)
                break
            }
            peer.close()
        }
        loops = try EventLoops(count: 1, log: SilentLog())
        server = HTTPServer(
            name: "gateway",
            host: "127.0.0.1",
            port: 0,
            handler: try GatewayServer.gateway(upstream),
            loops: loops,
            log: SilentLog()
        )
        let root = "/realms/otus"
        place = VerdictPlace(
            port: try server.start().port,
            ("/auth\(root)/first", "GET \(root)/first "),
            ("/auth\(root)/last", "GET \(root)/last ")
        )
    }

    private static func gateway(_ upstream: FakeUpstream) throws -> Gateway {
        let address = try #require(
            KeycloakAddress(
                keycloakURL: "http://127.0.0.1:\(upstream.port)",
                publicURL: "https://shop.example",
                realm: "otus"
            )
        )
        let functions = RemoteParts.functions
        let addresses = try FunctionAddresses(functions.map(\.declaration)) { _ in
            "http://127.0.0.1:1"
        }
        return Gateway(
            functions: functions,
            forwarder: FunctionForwarder(addresses: addresses, log: SilentLog()),
            options: GatewayOptions(),
            tokens: FakeTokens([:]),
            keycloak: KeycloakProxy(
                client: CurlClient(),
                address: address,
                trustedProxies: [],
                hooks: .init(revoked: { _ in }, observer: NoObserver()),
                log: SilentLog()
            ),
            observer: NoObserver(),
            document: ContiguousArray("{}".utf8)
        )
    }

    /// Method, path and body; to HEAD the length that GET's body has.
    private static func echo(_ request: Received) -> String {
        let words = request.line.split(separator: " ")
        let isHead = words[0] == "HEAD"
        let text = "\(isHead ? "GET" : words[0]) \(words[1]) \(request.text)"
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
        return head + (isHead ? "" : text)
    }
}
