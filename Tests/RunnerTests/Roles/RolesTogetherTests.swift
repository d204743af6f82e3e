import Functions
import Testing

@testable import Runner

/// Every role in this process, over one store: gateway, functions, worker and identity provider, which
/// know of each other by address alone.
private final class Together: Sendable {
    let gateway: String
    let functions: [String: FunctionRole]
    private let worker: WorkerRole
    private let entry: GatewayRole
    private let identity: EmbeddedIdentity?
    private let loops: EventLoops
    private let store: SQLiteStore
    private let client = CurlClient()

    /// The provider takes a while for the first passwords: not everybody needs it.
    init(_ directory: TestDirectory, hasIdentity: Bool = true) throws {
        let log = StandardLog(level: .error)
        var settings = Settings()
        for host in [\Settings.host, \.managementHost] { settings[keyPath: host] = "127.0.0.1" }
        for port in [\Settings.port, \.managementPort, \.identityPort] {
            settings[keyPath: port] = 0
        }
        settings.dataDirectory = directory.path
        settings.publicURL = "http://orders.example:8080"
        settings.secretKey = Secret(String(repeating: "k", count: 32))
        loops = try EventLoops(count: 1, log: log)
        identity =
            hasIdentity
            ? try EmbeddedIdentity.start(
                settings,
                publicURL: "http://orders.example:8080",
                loops: loops,
                log: log
            ) : nil
        settings.keycloakURL = identity?.url ?? "http://127.0.0.1:1/auth"
        let store = try Together.openStore(settings, log)
        self.store = store
        let open: StoreOpener = { _ in
            OpenedStore(store: store, place: "memory", close: {})
        }
        let ending = ProcessEnding()
        var functions: [String: FunctionRole] = [:]
        for function in Catalog.functions {
            let role = try FunctionRole.start(function, settings, log, ending, open: open)
            functions[function.declaration.name] = role
            settings.functionURLs[function.declaration.name] = role.url
        }
        self.functions = functions
        worker = try WorkerRole.start(settings, log, ending, open: open)
        entry = try GatewayRole.start(settings, log)
        gateway = entry.url
    }

    private static func openStore(_ settings: Settings, _ log: StandardLog) throws -> SQLiteStore {
        var options = SQLiteOptions(
            place: .memory,
            currency: settings.currency,
            secretKey: settings.secretKey ?? Secret(""),
            now: SystemClock.now,
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: StoreRequest(
                settings: settings,
                secret: Secret(""),
                log: log
            ).chooseRecipient,
            log: SilentLog(),
            onFatal: { _ in }
        )
        options.readers = 2
        return try SQLiteStore(options)
    }

    func stop() async {
        await entry.drain()
        await worker.drain()
        for role in functions.values { await role.drain() }
        await identity?.server.drain(within: 500)
        loops.stop()
        store.close()
    }

    var isReady: Bool {
        worker.frame.readiness.reasons.isEmpty
            && functions.values.allSatisfy(\.frame.readiness.reasons.isEmpty)
    }

    func send(
        _ method: Runner.Method,
        _ path: String,
        at address: String? = nil,
        token: String? = nil,
        type: String = "application/json",
        body: String? = nil
    ) async throws -> (status: Int, json: JSON?, head: ClientHead) {
        let base = try #require(BaseURL(address ?? gateway))
        var request = try #require(ClientRequest(method, base, path: path.utf8))
        if let token { request.fields.add("Authorization", "Bearer \(token)") }
        if let body {
            request.fields.add("Content-Type", type)
            request.body = .whole(ContiguousArray(body.utf8))
        }
        request.limits.total = .seconds(60)
        let answer = try await client.response(to: request)
        return (answer.status, try? JSON.parse(answer.body), answer.head)
    }

    func token(_ user: String, _ password: String) async throws -> String {
        let form = FormText.encode([
            ("grant_type", "password"), ("client_id", "orders-web"), ("username", user),
            ("password", password),
        ])
        let answer = try await send(
            .post,
            "/auth/realms/otus/protocol/openid-connect/token",
            type: "application/x-www-form-urlencoded",
            body: form
        )
        return try #require(answer.json?["access_token"]?.string)
    }
}

struct RolesTogetherTests {
    private static let profile = """
        {"email":"anna@example.org","password":"correct-horse","firstName":"Anna",\
        "lastName":"Petrova","locale":"en"}
        """

    @Test func `a user registers, pays in and orders, and the letter arrives`() async throws {
        let directory = try TestDirectory()
        let all = try Together(directory)
        #expect(try await becomesTrue { all.isReady })

        let user = try await all.send(.post, "/api/register", body: Self.profile)
        #expect(user.status == 201)
        let token = try await all.token("anna@example.org", "correct-horse")
        let deposit = try await all.send(
            .post,
            "/api/billing/accounts/me/deposits",
            token: token,
            body: #"{"amount":5000}"#
        )
        #expect(deposit.status == 201 && deposit.json?["balance"]?.integer == 5_000)
        let order = try await all.send(
            .post,
            "/api/orders",
            token: token,
            body: #"{"title":"Tea","price":1500}"#
        )
        #expect(order.status == 201 && order.json?["status"]?.string == "paid")
        #expect(order.head.first("idempotency-key") != nil)
        #expect(
            try await becomesTrue {
                let list = try await all.send(.get, "/api/notifications", token: token)
                return list.json?["items"]?.array?.first?["status"]?.string == "sent"
            }
        )
        #expect(
            TestProcess.run(["sh", "-c", "ls \(directory.path)/mailbox/*.eml >/dev/null"]) == 0
        )
        await all.stop()
    }

    @Test func `a function serves its own path and checks the token itself`() async throws {
        let directory = try TestDirectory()
        let all = try Together(directory, hasIdentity: false)
        #expect(try await becomesTrue { all.isReady })
        let getAccount = try #require(all.functions["getAccount"]?.url)
        let path = "/api/billing/accounts/me"
        #expect(try await all.send(.get, path, at: getAccount).status == 401)
        #expect(try await all.send(.get, "/api/orders", at: getAccount).status == 404)
        #expect(try await all.send(.get, "/api/openapi.json", at: getAccount).status == 404)
        #expect(try await all.send(.get, path, at: getAccount, token: "x.y.z").status == 401)
        #expect(try await all.send(.get, "/api/openapi.json").status == 200)
        let notify = try #require(all.functions["notify"]?.url)
        #expect(try await all.send(.post, "/", at: notify, body: "").status == 401)
        await all.stop()
    }
}
