import Functions
import Testing

@testable import Runner

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
                let id = request.all("X-Request-Id").first ?? ""
                peer.send("HTTP/1.1 204 No Content\r\nX-Request-Id: \(id)\r\n\r\n")
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

    /// What a delivery makes of answers, one after the other: of notify's, which bear the request's
    /// id, or of those with other fields.
    private func outcome(
        _ statuses: [Int],
        late: Bool = false,
        fields: String? = nil
    ) async throws -> (
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
                let body = status == 204 ? "" : #"{"detail":"so it is"}"#
                let id = request.all("X-Request-Id").first ?? ""
                peer.send(
                    "HTTP/1.1 \(status) X\r\n\(fields ?? "X-Request-Id: \(id)\r\n")"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
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

    @Test(arguments: [204, 400, 401, 403, 409, 422, 200, 503])
    func `what is not notify ends no letter, and is named`(status: Int) async throws {
        for fields in ["", "X-Request-Id: 0194\r\n"] {
            let (outcome, letter, tokens, asked) = try await outcome([status], fields: fields)
            guard case .later(let reason) = outcome else {
                Issue.record("\(status) is taken for notify's: \(outcome)")
                continue
            }
            #expect(reason.hasPrefix("what answers at http://127.0.0.1:"))
            #expect(reason.hasSuffix(" is not notify: \(status)"))
            // A stranger's 401 says nothing of our token.
            #expect((letter, tokens, asked) == ("queued", 1, 1))
        }
        guard
            case .later(let reason) = try await outcome(
                [status],
                fields: "Server: nginx/1.2\r\n"
            ).outcome
        else { return }
        #expect(reason.hasSuffix(" is not notify: \(status) from nginx/1.2"))
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
