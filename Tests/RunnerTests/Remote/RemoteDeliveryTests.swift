import Functions
import Testing

@testable import Runner

/// Keeps the statuses of answers.
private final class Statuses: RequestObserver {
    private let statuses: Mailbox<Int>

    init(_ statuses: Mailbox<Int>) { self.statuses = statuses }

    func began(_ exchange: Exchange, function: String) {}

    func ended(_ exchange: Exchange, function: String?, status: Int, startedAt: UInt64) {
        statuses.put(status)
    }
}

/// The worker's way to the process of `notify`.
struct RemoteDeliveryTests {
    /// Gives tokens `service`, and counts how often it is asked.
    private static func keycloak(_ asked: Mailbox<Received>, _ answer: String? = nil) throws
        -> (FakeUpstream, ServiceToken)
    {
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                asked.put(request)
                let body = answer ?? #"{"access_token":"service","expires_in":300}"#
                peer.send(
                    "HTTP/1.1 \(answer == nil ? 200 : 401) X\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
            }
            peer.close()
        }
        let address = try #require(
            KeycloakAddress(
                keycloakURL: upstream.base.text + "/auth",
                publicURL: "http://localhost:8080",
                realm: "otus"
            )
        )
        return (
            upstream,
            ServiceToken(
                client: CurlClient(),
                address: address,
                credentials: ClientCredentials(id: "functions", secret: Secret("s")),
                secretSetting: "KEYCLOAK_SERVICE_CLIENT_SECRET"
            )
        )
    }

    private func delivery(_ parts: RemoteParts, _ base: BaseURL, _ token: ServiceToken)
        -> RemoteDelivery
    {
        let clock = parts.test.clock
        return RemoteDelivery(
            services: parts.services,
            notify: base,
            token: token,
            now: { clock.now }
        )
    }

    private func base(_ port: Int) throws -> BaseURL {
        try #require(BaseURL("http://127.0.0.1:\(port)"))
    }

    @Test func `a claimed event is settled by the process of notify, with one token`() async throws
    {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let asked = Mailbox<Received>()
        let (keycloak, token) = try Self.keycloak(asked)
        let process = try parts.process(RemoteParts.function("notify"))
        let delivery = try delivery(parts, base(process.port), token)
        let claimed = try await parts.claim()
        parts.letters.withLock { $0 = .later("the server is away") }
        guard case .later(let reason) = await delivery.deliver(claimed) else {
            Issue.record("not postponed")
            return
        }
        #expect(reason.hasPrefix("notify answers 503: "))
        parts.letters.withLock { $0 = .sent }
        #expect(await delivery.deliver(claimed) == .settled)
        #expect(await delivery.deliver(claimed) == .settled)
        #expect(await parts.letterStatus() == "sent")
        #expect(asked.count == 1)
        withExtendedLifetime((keycloak, process)) {}
    }

    @Test func `a worker delivers what is ordered through the process of notify`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let (keycloak, token) = try Self.keycloak(Mailbox())
        let statuses = Mailbox<Int>()
        let process = try parts.process(
            RemoteParts.function("notify"),
            observer: Statuses(statuses)
        )
        let delivery = try delivery(parts, base(process.port), token)
        let clock = parts.test.clock
        let worker = OutboxWorker(
            store: parts.test.store,
            schedule: RetrySchedule { _ in 0 },
            bell: Bell(),
            log: parts.log,
            now: { clock.now },
            deliver: { await delivery.deliver($0) }
        )
        for _ in 0..<5 { _ = await parts.test.order(parts.alice, 1) }
        let work = Task { await worker.run() }
        for _ in 0..<5 { #expect(await statuses.next() == 204) }
        work.cancel()
        await work.value
        #expect(await parts.letterStatuses() == Array(repeating: "sent", count: 5))
        withExtendedLifetime((keycloak, process)) {}
    }

    @Test func `the event goes as a CloudEvent without data`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let (keycloak, token) = try Self.keycloak(Mailbox())
        let asked = Mailbox<Received>()
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                asked.put(request)
                peer.send("HTTP/1.1 204 No Content\r\n\r\n")
            }
            peer.close()
        }
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let event = ClaimedEvent(
            event: OrderSettled(
                id: LetterID(TestStore.randomUUID()),
                traceparent: trace,
                requestID: TestStore.randomUUID(),
                createdAt: Timestamp(milliseconds: 0)
            ),
            fence: 7,
            attempts: 0,
            firstDueAt: parts.test.clock.now
        )
        #expect(await delivery(parts, upstream.base, token).deliver(event) == .settled)
        let got = await asked.next()
        #expect(got.line == "POST / HTTP/1.1")
        #expect(got.body.isEmpty)
        #expect(
            Set(got.fields) == [
                "Host: 127.0.0.1:\(upstream.port)", "ce-specversion: 1.0",
                "ce-type: order.settled", "ce-source: /api/orders", "ce-id: \(event.event.id)",
                "ce-subject: \(event.event.orderID)", "ce-time: 1970-01-01T00:00:00.000Z",
                "ce-fence: 7", "ce-traceparent: \(trace)", "traceparent: \(trace)",
                "Authorization: Bearer service", "X-Request-Id: \(event.event.requestID.text)",
                "Content-Length: 0",
            ]
        )
        withExtendedLifetime((keycloak, upstream)) {}
    }

    /// What a delivery makes of notify's answers, one after the other.
    private func outcome(_ statuses: [Int], late: Bool = false) async throws -> (
        outcome: DeliveryOutcome, letter: String?, tokens: Int, asked: Int
    ) {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let tokens = Mailbox<Received>()
        let (keycloak, token) = try Self.keycloak(tokens)
        let asked = Mailbox<Received>()
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                asked.put(request)
                let status = statuses[min(asked.count, statuses.count) - 1]
                let body = #"{"detail":"so it is"}"#
                peer.send(
                    "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
            }
            peer.close()
        }
        let claimed = try await parts.claim()
        if late { parts.test.clock.advance(RetrySchedule.lifetime + 1) }
        let outcome = await delivery(parts, upstream.base, token).deliver(claimed)
        withExtendedLifetime((keycloak, upstream)) {}
        return (outcome, await parts.letterStatus(), tokens.count, asked.count)
    }

    @Test func `each answer means what it says`() async throws {
        #expect(try await outcome([409]) == (.stale, "queued", 1, 1))
        for status in [400, 422] {
            #expect(try await outcome([status]) == (.settled, "failed", 1, 1))
        }
        for status in [200, 404, 429, 500, 503, 504] {
            let later = DeliveryOutcome.later("notify answers \(status): so it is")
            #expect(try await outcome([status]) == (later, "queued", 1, 1))
        }
        #expect(try await outcome([503], late: true) == (.settled, "failed", 1, 1))
    }

    @Test func `a token that is not taken is fetched anew once`() async throws {
        let refused = DeliveryOutcome.later(
            "notify does not take the service token (401);"
                + " check KEYCLOAK_SERVICE_CLIENT_ID and its role service"
        )
        #expect(try await outcome([401]) == (refused, "queued", 2, 2))
        #expect(try await outcome([401, 409]) == (.stale, "queued", 2, 2))
    }

    @Test func `without notify or a token the event waits`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let claimed = try await parts.claim()
        let (keycloak, token) = try Self.keycloak(Mailbox())
        let nobody = try base(FakeUpstream.unusedPort())
        let away = await delivery(parts, nobody, token).deliver(claimed)
        let (refusing, noToken) = try Self.keycloak(Mailbox(), #"{"error":"invalid_client"}"#)
        let unknown = await delivery(parts, nobody, noToken).deliver(claimed)
        guard case .later(let first) = away, case .later(let second) = unknown else {
            Issue.record("\(away), \(unknown)")
            return
        }
        #expect(first.hasPrefix("notify at \(nobody.text): unreachable"))
        #expect(second.hasPrefix("no token for notify: token: client functions is not taken"))
        #expect(second.contains("KEYCLOAK_SERVICE_CLIENT_SECRET"))
        withExtendedLifetime((keycloak, refusing)) {}
    }
}
