import Functions
import Testing

@testable import Runner

/// One function's process, called directly.
struct FunctionEndpointTests {
    private let given = "0190b7e2-2222-7000-8000-000000000002"

    @Test func `the request id that is given is used, and kept; another text is not`() async throws
    {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("getOrder"))
        let line = "GET /api/orders/\(TestStore.randomUUID())"
        let answer = await process.answer(request(line, ["X-Request-Id: \(given.uppercased())"]))
        #expect(answer?.status == 404)
        #expect(answer?.field("x-request-id") == given)
        #expect(answer?.body.contains("\"requestId\":\"\(given)\"") == true)
        for fields in [
            ["X-Request-Id: mine"], Array(repeating: "X-Request-Id: \(given)", count: 2),
        ] {
            let other = await process.answer(request(line, fields))?.field("x-request-id")
            #expect(other?.utf8.count == 36)
            #expect(other != given)
        }
    }

    @Test func `nothing is served but the declared method and path`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("createOrder"))
        for path in [
            "/", "/api", "/api/openapi.json", "/auth/realms/otus", "/api/notifications",
            "/api/orders/", "/api/orders/\(given)",
        ] {
            #expect(await process.answer(request("GET \(path)"))?.status == 404, "\(path)")
        }
        let answer = await process.answer(request("GET /api/orders"))
        #expect(answer?.status == 405)
        #expect(answer?.field("allow") == "POST, OPTIONS")
        let preflight = request("OPTIONS /api/orders", ["Origin: https://shop.example"], as: nil)
        #expect(await process.answer(preflight)?.status == 204)
        #expect(await process.answer(preflight)?.field("vary") == nil)
    }

    @Test func `the process has its own limit of calls in flight`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("createOrder", limit: 0))
        let gateway = try parts.gateway(before: process)
        let text = request("POST /api/orders", body: #"{"title":"Tea","price":1}"#)
        for listener in [process, gateway] {
            let answer = await listener.answer(text)
            #expect(answer?.status == 503)
            #expect(answer?.body.contains("/problems/overloaded") == true)
            #expect(answer?.field("retry-after") == "1")
        }
    }

    @Test func `a key is one key at the gateway and at the process`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("createOrder"))
        let gateway = try parts.gateway(before: process)
        let text = request(
            "POST /api/orders",
            ["Idempotency-Key: one"],
            body: #"{"title":"Tea","price":1}"#
        )
        let first = try #require(await gateway.answer(text))
        let again = try #require(await process.answer(text))
        #expect(first.status == 201)
        #expect(first.field("idempotent-replayed") == nil)
        #expect(again.field("idempotent-replayed") == "true")
        #expect(again.body == first.body)
        #expect(await parts.test.balance(parts.alice) == 999)
    }

    // MARK: Events

    private func event(
        _ event: ClaimedEvent,
        changing: [String: String?] = [:],
        line: String = "POST /",
        as token: String? = "service"
    ) -> String {
        var attributes: [String: String] = [
            "ce-specversion": "1.0", "ce-type": "order.settled", "ce-source": "/api/orders",
            "CE-ID": event.event.id.description, "ce-fence": String(event.fence),
            "ce-subject": event.event.orderID.description,
        ]
        for (name, value) in changing { attributes[name] = value }
        return request(line, attributes.map { "\($0.key): \($0.value)" }, as: token)
    }

    @Test func `an event is delivered once, a stale fence changes nothing`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("notify"))
        let claimed = try await parts.claim()
        parts.letters.withLock { $0 = .later("the server is away") }
        #expect(await process.answer(event(claimed))?.status == 503)
        parts.letters.withLock { $0 = .sent }
        let stale = await process.answer(event(claimed, changing: ["ce-fence": "0"]))
        #expect(stale?.status == 409)
        #expect(stale?.body.contains("/problems/fence-stale") == true)
        #expect(await process.answer(event(claimed))?.status == 204)
        #expect(await process.answer(event(claimed))?.status == 204)
        #expect(await parts.letterStatus() == "sent")
    }

    @Test func `what is no such event is refused, all that is wrong at once`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("notify"))
        let claimed = try await parts.claim()
        let bad = await process.answer(
            event(
                claimed,
                changing: [
                    "ce-specversion": "0.3", "ce-type": "order.made", "ce-source": nil,
                    "CE-ID": "7", "ce-fence": "-1",
                ]
            )
        )
        #expect(bad?.status == 400)
        for name in ["specversion", "type", "source", "id", "fence"] {
            #expect(bad?.body.contains("{\"parameter\":\"\(name)\"") == true, "\(name)")
        }
        let unknown = event(claimed, changing: ["CE-ID": given])
        #expect(await process.answer(unknown)?.status == 422)
        #expect(await process.answer(request("POST /", as: "service", body: "{}"))?.status == 400)
        #expect(await parts.letterStatus() == "queued")
    }

    @Test func `only services may send events, and only to the root`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("notify"))
        let claimed = try await parts.claim()
        #expect(await process.answer(event(claimed, as: nil))?.status == 401)
        #expect(await process.answer(event(claimed, as: "x"))?.status == 401)
        #expect(await process.answer(event(claimed, as: "alice"))?.status == 403)
        #expect(await process.answer(event(claimed, as: "olga"))?.status == 403)
        #expect(await process.answer(event(claimed, line: "POST /notify"))?.status == 404)
        let wrong = await process.answer(event(claimed, line: "GET /"))
        #expect(wrong?.status == 405)
        #expect(wrong?.field("allow") == "POST, OPTIONS")
        #expect(await parts.letterStatus() == "queued")
    }
}

extension RemoteParts {
    /// An order's event, claimed by a worker.
    func claim() async throws -> ClaimedEvent {
        _ = await test.order(alice, 1)
        let now = test.clock.now
        let events = try await test.store.claimEvents(
            limit: 1,
            now: now,
            leaseUntil: Timestamp(milliseconds: now.milliseconds + 30_000)
        )
        return try #require(events.first)
    }

    /// The status of alice's only letter, as she sees it.
    func letterStatus() async -> String? { await letterStatuses()?.first }

    func letterStatuses() async -> [String]? {
        guard let local = try? local(),
            let answer = await local.answer(request("GET /api/notifications")),
            let json = try? JSON.parse(ContiguousArray(answer.body.utf8))
        else { return nil }
        return json["items"]?.array?.compactMap { $0["status"]?.string }
    }
}
