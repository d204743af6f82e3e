import Functions
import Testing

@testable import Runner

/// Answers 204 where the store is there, else 503.
private final class Asking: ExchangeHandler {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func handle(_ exchange: Exchange) {
        let services = services
        Task {
            let status: Int
            do {
                _ = try await services.store.nextDue()
                status = 204
            } catch {
                status = 503
            }
            exchange.resume { $0.respond(Response(status: status)) }
        }
    }
}

/// A store's door that opens after some knocks.
private final class StoreKnock: Sendable {
    let isFit = Lock(false)
    let requests = Lock<[StoreRequest]>([])
    let closed = Lock(0)

    func open(_ request: StoreRequest) async throws -> OpenedStore {
        requests.withLock { $0.append(request) }
        guard isFit.withLock({ $0 }) else {
            throw StoreNotYet(reason: "the schema is older than this program")
        }
        let store = try TestStore().store
        return OpenedStore(store: store, place: "memory") { [self] in
            store.close()
            closed.withLock { $0 += 1 }
        }
    }
}

private func settings() -> Settings {
    var settings = Settings()
    settings.host = "127.0.0.1"
    settings.port = 0
    settings.managementHost = "127.0.0.1"
    settings.managementPort = 0
    settings.publicURL = "http://localhost:8080"
    settings.keycloakURL = "http://127.0.0.1:1/auth"
    settings.secretKey = Secret(String(repeating: "k", count: 32))
    settings.functionURL = "http://127.0.0.1:1"
    settings.logLevel = .error
    return settings
}

/// Waits until it holds; fails after a long while.
func becomesTrue(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<600 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

private func ask(_ url: String, _ path: String) async throws -> (status: Int, body: String) {
    let base = try #require(BaseURL(url))
    var request = try #require(ClientRequest(.get, base, path: path.utf8))
    request.limits.total = .seconds(60)
    let answer = try await CurlClient().response(to: request)
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
}

struct FunctionRoleTests {
    @Test func `a function is not ready and answers 503 until the schema fits`() async throws {
        let door = StoreKnock()
        let function = try FunctionName.find("get-account")
        let log = StandardLog(settings: settings())
        let role = try FunctionRole.start(
            function,
            settings(),
            log,
            ProcessEnding(),
            open: { try await door.open($0) },
            makeHandler: { _, services, _, _, _ in Asking(services) }
        )
        let health = role.frame.management.url
        #expect(
            try await becomesTrue {
                try await ask(health, "/health/ready").body
                    == #"{"status":"not ready","reasons":["store: the schema is older than this program"]}"#
            }
        )
        #expect(try await ask(health, "/health/live").status == 200)
        let early = try await ask(role.url, "/api/billing/accounts/me")
        #expect(early.status == 503)

        door.isFit.withLock { $0 = true }
        #expect(try await becomesTrue { try await ask(health, "/health/ready").status == 200 })
        #expect(try await ask(role.url, "/api/billing/accounts/me").status == 204)
        #expect(door.requests.withLock { $0.allSatisfy { !$0.migrates } })

        let request = try #require(door.requests.withLock { $0.last })
        request.onHealth("the server is away")
        #expect(try await ask(health, "/health/ready").status == 503)
        request.onHealth(nil)
        #expect(try await ask(health, "/health/ready").status == 200)

        await role.drain()
        #expect(door.closed.withLock { $0 } == 1)
    }

    @Test func `a store that is lost before it is in its place makes nobody ready`() {
        let readiness = Readiness(waitingFor: [StoreWait.part])
        let health = StoreHealth(readiness)
        health.tell(nil)
        #expect(readiness.reasons == ["store: starting"])
        health.tell("the server is away")
        health.inPlace()
        #expect(readiness.reasons == ["store: the server is away"])
        health.tell(nil)
        #expect(readiness.reasons.isEmpty)
        health.tell("away again")
        #expect(readiness.reasons == ["store: away again"])
    }

    @Test func `what no waiting mends ends the process`() async throws {
        let ending = ProcessEnding()
        let role = try FunctionRole.start(
            try FunctionName.find("deposit"),
            settings(),
            StandardLog(level: .error, descriptor: -1),
            ending,
            open: { _ in throw StoreOpenError.refused("another SECRET_KEY") },
            makeHandler: { _, services, _, _, _ in Asking(services) }
        )
        #expect(await ending.wait())
        await role.drain()
    }

    @Test func `a process has what its declaration uses and nothing else`() async throws {
        let door = StoreKnock()
        door.isFit.withLock { $0 = true }
        let kept = Lock<Services?>(nil)
        let role = try FunctionRole.start(
            try FunctionName.find("create-order"),
            settings(),
            StandardLog(level: .error, descriptor: -1),
            ProcessEnding(),
            open: { try await door.open($0) },
            makeHandler: { _, services, _, _, _ in
                kept.withLock { $0 = services }
                return Asking(services)
            }
        )
        #expect(try await becomesTrue { kept.withLock { $0 != nil } })
        let services = try #require(kept.withLock { $0 })
        await #expect(throws: ProviderUnavailable.self) {
            try await services.identity.findUser("a@example.org")
        }
        await role.drain()
    }

    @Test func `a port that is taken is refused before anything else`() throws {
        var taken = settings()
        let holder = try HTTPServer.Sockets(name: "holder", host: taken.host, port: 0)
        taken.port = holder.bound.port
        #expect(throws: ServerError.self) {
            try FunctionRole.start(
                try FunctionName.find("deposit"),
                taken,
                StandardLog(level: .error, descriptor: -1),
                ProcessEnding()
            )
        }
    }
}

struct WorkerRoleTests {
    @Test func `the worker works once the store is there, and gives it back`() async throws {
        let door = StoreKnock()
        let role = try WorkerRole.start(
            settings(),
            StandardLog(level: .error, descriptor: -1),
            ProcessEnding(),
            open: { try await door.open($0) },
            makeDelivery: { _, _, _ in { _ in .settled } }
        )
        let health = role.frame.management.url
        #expect(
            try await becomesTrue {
                try await ask(health, "/health/ready").body.contains("older than this program")
            }
        )
        door.isFit.withLock { $0 = true }
        #expect(try await becomesTrue { try await ask(health, "/health/ready").status == 200 })
        await role.drain()
        #expect(door.closed.withLock { $0 } == 1)
    }
}
