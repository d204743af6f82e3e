import Functions
import Testing

@testable import Runner

/// Has a second to answer.
private enum Hasty: QueryFunction, DeclaredFunction {
    typealias Code = AccountMissing

    static let declaration = Declaration(
        "hasty",
        "The account, soon.",
        .http(.get, "/api/hasty/{userId}"),
        access: .owner,
        timeoutSeconds: 1
    )

    static let input = GetAccount.input

    static func handle(
        _ input: GetAccount.Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> GetAccount.Output {
        try GetAccount.handle(input, call, in: snapshot)
    }
}

/// The gateway in front of a function's process that answers what the test says.
struct FunctionForwardingTests {
    private static let id = "X-Request-Id: 0190b7e2-1111-7000-8000-000000000001\r\n"
    private let order = #"{"title":"Tea","price":1}"#

    private func upstream(
        _ asked: Mailbox<Received>,
        _ answer: String = "HTTP/1.1 201 Created\r\n\(id)Content-Length: 2\r\n\r\n{}"
    ) -> FakeUpstream {
        FakeUpstream { peer, _ in
            while let request = peer.request() {
                asked.put(request)
                peer.send(answer)
            }
            peer.close()
        }
    }

    @Test func `a function is told the request, and nothing else of what the client sent`()
        async throws
    {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let asked = Mailbox<Received>()
        let upstream = upstream(asked)
        let gateway = try parts.gateway(before: upstream, path: "/base")
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let fields = [
            "Content-Type: application/json;charset=UTF-8", "Content-Encoding: identity",
            "X-Request-Id: 0190b7e2-2222-7000-8000-000000000002", "Cookie: a=b",
            "X-Forwarded-For: 1.2.3.4", "traceparent: \(trace)", "X-User-Id: admin", "Accept: a/b",
            "Connection: X-User-Id",
        ]
        let answer = await gateway.answer(request("POST /api/orders", fields, body: order))
        #expect(answer?.status == 201, "\(answer?.body ?? "-")")
        let got = await asked.next()
        let names = Set(got.fields.map { $0.prefix { $0 != ":" }.lowercased() })
        #expect(got.line == "POST /base/api/orders HTTP/1.1")
        #expect(got.text == order)
        #expect(
            names == [
                "host", "content-length", "content-type", "content-encoding", "authorization",
                "idempotency-key", "x-request-id", "traceparent",
            ]
        )
        #expect(got.all("Authorization") == ["Bearer alice"])
        #expect(got.all("traceparent") == [trace])
        #expect(got.all("X-Request-Id") == answer?.fields["x-request-id"])
        #expect(got.all("X-Request-Id") != ["0190b7e2-2222-7000-8000-000000000002"])
        #expect(got.all("Idempotency-Key").first?.utf8.count == 36)
    }

    @Test func `the answer passes as it is, with the gateway's fields about origins`() async throws
    {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let upstream = upstream(
            Mailbox(),
            "HTTP/1.1 402 Payment Required\r\n\(Self.id)Idempotency-Key: mine\r\nKeep-Alive: 5\r\n"
                + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nLocation: /api/orders/1\r\n"
                + "Idempotent-Replayed: true\r\nContent-Type: application/problem+json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        )
        let gateway = try parts.gateway(before: upstream)
        let fields = ["Idempotency-Key: mine", "Origin: https://shop.example"]
        let answer = try #require(
            await gateway.answer(request("POST /api/orders", fields, body: order))
        )
        #expect(answer.status == 402)
        #expect(answer.body == "{}")
        #expect(
            Set(answer.fields.keys) == [
                "date", "x-request-id", "content-length", "content-type", "idempotency-key",
                "location", "idempotent-replayed", "vary", "access-control-allow-origin",
                "access-control-expose-headers",
            ]
        )
        #expect(answer.fields.values.allSatisfy { $0.count == 1 })
        #expect(answer.field("access-control-allow-origin") == "https://shop.example")
    }

    @Test func `what the gateway refuses reaches no function`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let asked = Mailbox<Received>()
        let upstream = upstream(asked)
        let gateway = try parts.gateway(before: upstream)
        let foreign = "/api/billing/accounts/\(TestStore.randomUUID())"
        let large = String(repeating: " ", count: 16_385)
        let refused: [(Int, String)] = [
            (404, request("GET /api/nothing")), (405, request("PUT /api/orders", body: "{}")),
            (401, request("GET /api/orders", as: nil)),
            (401, request("GET /api/orders", as: "x")),
            (403, request("GET /api/orders", as: "nobody")), (404, request("GET \(foreign)")),
            (400, request("GET /api/orders?limit=201")), (400, request("GET /api/orders?a=b")),
            (403, request("GET /api/orders?userId=-")),
            (400, request("POST /api/orders", ["Idempotency-Key: ä"], body: order)),
            (413, request("POST /api/orders", body: large)),
            (415, request("POST /api/orders", ["Content-Type: text/plain"], body: order)),
            (
                415,
                request("POST /api/orders", ["Transfer-Encoding: chunked", "Content-Type: a/b"])
                    + "2\r\n{}\r\n0\r\n\r\n"
            ),
        ]
        for (status, text) in refused {
            #expect(await gateway.answer(text)?.status == status, "\(text)")
        }
        #expect(asked.count == 0)
    }

    @Test func `a function that cannot be reached is 503, and the log says which and why`()
        async throws
    {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let url = "http://127.0.0.1:\(FakeUpstream.unusedPort())"
        let gateway = try parts.gateway { _ in url }
        let answer = try #require(await gateway.answer(request("POST /api/orders", body: order)))
        #expect(answer.status == 503)
        #expect(answer.field("retry-after") != nil)
        #expect(answer.field("vary") == "Origin")
        #expect(answer.field("idempotency-key") != nil)
        #expect(answer.body.contains("/problems/dependency-unavailable"))
        #expect(!answer.body.contains("127.0.0.1"))
        let log = parts.log.text
        #expect(log.contains("function=createOrder url=\(url) reason=unreachable"))
        #expect(log.contains("requestId=\(answer.field("x-request-id") ?? "?")"))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "HTTP/1.1 200 O",
        "HTTP/1.1 503 No upstream\r\nContent-Length: 2\r\n\r\nno", "rubbish\r\n\r\n",
    ])
    func `what is no function's whole answer is 503`(answer: String) async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let upstream = FakeUpstream(answering: answer)
        let gateway = try parts.gateway(before: upstream)
        let got = try #require(await gateway.answer(request("POST /api/orders", body: order)))
        #expect(got.status == 503)
        #expect(got.body.contains("/problems/dependency-unavailable"))
        #expect(parts.log.text.contains("a function could not be called"))
    }

    @Test func `a function that is silent is 504 a second after its own time`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            _ = peer.request()
            closed.put(peer.seesClose())
        }
        let hasty = AnyFunction.query(Hasty.self).bound(limit: 1)
        let gateway = try parts.gateway([hasty], before: upstream)
        let startedAt = ContinuousClock.now
        let answer = try #require(await gateway.answer(request("GET /api/hasty/me")))
        #expect(answer.status == 504)
        #expect(answer.body.contains("No answer within 1 s."))
        #expect(ContinuousClock.now - startedAt >= .milliseconds(1_950))
        #expect(await closed.next())
    }

    @Test func `a client that leaves leaves at the function's process, too`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let asked = Mailbox<Bool>()
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            asked.put(peer.request() != nil)
            closed.put(peer.seesClose())
        }
        let gateway = try parts.gateway(before: upstream)
        let client = Client(gateway.port)
        client.send(request("POST /api/orders", body: order))
        #expect(await asked.next())
        client.finish()
        #expect(await closed.next())
        withExtendedLifetime(gateway) {}
    }

    /// How often a function is asked whose connections die one after the other unanswered.
    private func askedOverDyingConnections(_ text: String) async throws -> (Int?, Int) {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let asked = Mailbox<Received>()
        let upstream = FakeUpstream { peer, number in
            while let request = peer.request() {
                asked.put(request)
                guard asked.count == 1 else { return peer.close() }
                peer.send("HTTP/1.1 200 OK\r\n\(Self.id)Content-Length: 2\r\n\r\n{}")
            }
            peer.close()
        }
        let gateway = try parts.gateway(before: upstream)
        #expect(await gateway.answer(request("GET /api/orders"))?.status == 200)
        return (await gateway.answer(text)?.status, asked.count - 1)
    }

    @Test func `only what has one effect is sent again on a dying connection, and once`()
        async throws
    {
        let account = request("POST /api/billing/accounts", body: "{}")
        #expect(try await askedOverDyingConnections(account) == (503, 1))
        let keyed = request("POST /api/orders", body: order)
        #expect(try await askedOverDyingConnections(keyed) == (503, 2))
        #expect(try await askedOverDyingConnections(request("GET /api/orders")) == (503, 2))
        #expect(try await askedOverDyingConnections(request("HEAD /api/orders")) == (503, 2))
    }
}
