import Functions
import Testing

@testable import Runner

/// The embedded provider behind one address, with faults that come and go.
private final class ChangingRealm: ExchangeHandler {
    static let publicURL = "http://orders.example:8080"

    enum Fault: Sendable, CaseIterable { case audience, hostname, clock }

    private let directory: TestDirectory
    private let provider: Lock<IdentityProvider>

    init(_ directory: TestDirectory, _ fault: Fault) throws {
        self.directory = directory
        provider = Lock(try Self.make(directory, fault))
    }

    /// The same keys, users and sessions, as after a restart.
    func mend(_ fault: Fault) throws {
        let copy = ["cp", "-r", "\(directory.path)/\(fault)", "\(directory.path)/well"]
        #expect(TestProcess.run(copy) == 0)
        let next = try Self.make(directory, nil)
        provider.withLock { $0 = next }
    }

    func handle(_ exchange: Exchange) { provider.withLock { $0 }.handle(exchange) }

    private static func make(
        _ directory: TestDirectory,
        _ fault: Fault?
    ) throws -> IdentityProvider {
        let ahead: Int64 = fault == .clock ? 3_600_000 : 0
        return try IdentityProvider(
            realmFile: ContiguousArray(file(hasMapper: fault != .audience).utf8),
            environment: [:],
            publicURL: fault == .hostname ? "http://elsewhere.example" : publicURL,
            directory: "\(directory.path)/\(fault.map { "\($0)" } ?? "well")",
            log: SilentLog()
        ) { SystemClock.now().milliseconds + ahead }
    }

    private static func file(hasMapper: Bool) -> String {
        let mapper = """
            {"name":"audience","protocolMapper":"oidc-audience-mapper","config":{
            "included.client.audience":"gateway","access.token.claim":"true",
            "introspection.token.claim":"true"}}
            """
        let mappers = "\"protocolMappers\":[\(hasMapper ? mapper : "")]"
        return """
            {"realm":"otus","roles":{"realm":[{"name":"user"}]},"clients":[
            {"clientId":"web","publicClient":true,"directAccessGrantsEnabled":true,\(mappers)},
            {"clientId":"gateway","secret":"gateway-secret","serviceAccountsEnabled":true,\(mappers)}],
            "users":[{"username":"ann","enabled":true,"email":"ann@example.org","firstName":"Ann",
            "lastName":"Lee","credentials":[{"value":"ann-password"}],"realmRoles":["user"]}]}
            """
    }
}

/// The gateway and one function, each with a check of its own.
private final class TwoRoles: Sendable {
    typealias Answer = (status: Int, json: JSON?, head: ClientHead)

    let function: FunctionRole
    let entry: GatewayRole
    private let client = CurlClient()

    init(keycloak port: Int, _ mode: Settings.TokenCheck) throws {
        let log = StandardLog(level: .error, descriptor: -1)
        var settings = Settings()
        for host in [\Settings.host, \.managementHost] { settings[keyPath: host] = "127.0.0.1" }
        for port in [\Settings.port, \.managementPort] { settings[keyPath: port] = 0 }
        settings.publicURL = ChangingRealm.publicURL
        settings.keycloakURL = "http://127.0.0.1:\(port)/auth"
        settings.secretKey = Secret(String(repeating: "k", count: 32))
        settings.tokenCheck = mode
        let store = try TestStore().store
        function = try FunctionRole.start(
            try FunctionName.find("list-orders"),
            settings,
            log,
            ProcessEnding(),
            open: { _ in OpenedStore(store: store, place: "memory") { store.close() } }
        )
        settings.functionURL = function.url
        entry = try GatewayRole.start(settings, log)
    }

    func stop() async {
        await entry.drain()
        await function.drain()
    }

    func send(
        _ url: String,
        _ path: String,
        token: String? = nil,
        form: String? = nil
    ) async throws -> Answer {
        let base = try #require(BaseURL(url))
        var request = try #require(ClientRequest(form == nil ? .get : .post, base, path: path.utf8))
        if let token { request.fields.add("Authorization", "Bearer \(token)") }
        if let form {
            request.fields.add("Content-Type", "application/x-www-form-urlencoded")
            request.body = .whole(ContiguousArray(form.utf8))
        }
        request.limits.total = .seconds(60)
        let answer = try await client.response(to: request)
        return (answer.status, try? JSON.parse(answer.body), answer.head)
    }

    func login() async throws -> String {
        let answer = try await send(
            entry.url,
            "/auth/realms/otus/protocol/openid-connect/token",
            form: "grant_type=password&client_id=web&username=ann&password=ann-password"
        )
        return try #require(answer.json?["access_token"]?.string)
    }

    /// Whether gateway and function answer so.
    func answer(_ status: Int, to token: String) async throws -> Bool {
        for url in [entry.url, function.url] {
            guard try await send(url, "/api/orders", token: token).status == status else {
                return false
            }
        }
        return true
    }

    var isReady: Bool { (entry.frame.readiness.reasons + function.frame.readiness.reasons).isEmpty }
}

struct RealmRepairTests {
    @Test(arguments: ChangingRealm.Fault.allCases, [Settings.TokenCheck.introspection, .jwks])
    fileprivate func `a realm's fault is 503 until it is mended, and only a bad token is 401`(
        fault: ChangingRealm.Fault,
        mode: Settings.TokenCheck
    ) async throws {
        let realm = try ChangingRealm(try TestDirectory(), fault)
        let listening = try Listening(realm)
        let roles = try TwoRoles(keycloak: listening.port, mode)
        #expect(try await becomesTrue { roles.isReady })
        let token = try await roles.login()
        #expect(try await becomesTrue { try await roles.answer(503, to: token) })
        for url in [roles.entry.url, roles.function.url] {
            let refusal = try await roles.send(url, "/api/orders", token: token)
            #expect(refusal.json?["type"]?.string == "/problems/identity-unavailable")
            #expect(refusal.head.first("retry-after") != nil)
            let garbage = try await roles.send(url, "/api/orders", token: "x.y.z")
            #expect(garbage.status == 401)
            #expect(garbage.json?["type"]?.string == "/problems/token-invalid")
        }
        #expect(roles.isReady)

        try realm.mend(fault)
        let good = try await roles.login()
        #expect(try await becomesTrue { try await roles.answer(200, to: good) })
        #expect(try await becomesTrue { try await roles.answer(401, to: token) })
        await roles.stop()
        withExtendedLifetime(listening) {}
    }
}
