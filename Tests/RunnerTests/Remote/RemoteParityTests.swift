import Functions
import Testing

@testable import Runner

/// The same requests to one process, to a gateway with processes behind it, and to the processes.
struct RemoteParityTests {
    private struct Case {
        let name: String
        let function: String
        let text: String
        let status: Int

        init(
            _ status: Int,
            _ function: String,
            _ line: String,
            _ fields: [String] = [],
            as token: String? = "alice",
            body: String? = nil,
            chunks: String = ""
        ) {
            name = "\(line) \(fields) \(token ?? "-") \(body?.prefix(40) ?? "-")"
            self.function = function
            text = request(line, fields, as: token, body: body) + chunks
            self.status = status
        }
    }

    private static func cases(_ alice: UserID) -> [Case] {
        let other = TestStore.randomUUID().text
        return reads(alice, other) + orders + others(alice, other)
    }

    private static func reads(_ alice: UserID, _ other: String) -> [Case] {
        [
            Case(200, "getAccount", "GET /api/billing/accounts/me"),
            Case(200, "getAccount", "HEAD /api/billing/accounts/me"),
            Case(200, "getAccount", "GET /api/billing/accounts/\(alice)", as: "olga"),
            Case(404, "getAccount", "GET /api/billing/accounts/\(other)"),
            Case(404, "getAccount", "GET /api/billing/accounts/\(other)", as: "olga"),
            Case(404, "getAccount", "GET /api/billing/accounts/me/"),
            Case(401, "getAccount", "GET /api/billing/accounts/me", as: nil),
            Case(401, "getAccount", "GET /api/billing/accounts/me", as: "wrong"),
            Case(403, "getAccount", "GET /api/billing/accounts/me", as: "nobody"),
            Case(403, "getAccount", "GET /api/billing/accounts/me", as: "foreign"),
            Case(503, "getAccount", "GET /api/billing/accounts/me", as: "unsure"),
            Case(400, "getAccount", "GET /api/billing/accounts/me", ["Authorization: Bearer b"]),
            Case(400, "getAccount", "GET /api/billing/accounts/me?x=1"),
            Case(405, "getAccount", "POST /api/billing/accounts/me", body: "{}"),
            Case(204, "getAccount", "OPTIONS /api/billing/accounts/me", as: nil),
            Case(404, "getOrder", "GET /api/orders/\(other)"),
            Case(404, "getNotification", "GET /api/notifications/\(other)"),
            Case(200, "listOrders", "GET /api/orders?limit=2"),
            Case(400, "listOrders", "GET /api/orders?limit=0&limit=1&colour=red"),
            Case(400, "listOrders", "GET /api/orders?cursor=a%5Cb&limit=0"),
            Case(400, "listOrders", #"GET /api/orders?cursor=a\b&userId=\#(other)"#),
            Case(403, "listOrders", "GET /api/orders?userId=\(other)"),
        ]
    }

    private static var orders: [Case] {
        let order = #"{"title":"Чай","price":1}"#
        let twice = ["Content-Type: application/json", "Content-Type: application/json"]
        let chunked = ["Transfer-Encoding: chunked", "Content-Type: text/plain"]
        let large = String(repeating: " ", count: 20_000)
        return [
            Case(201, "createOrder", "POST /api/orders", body: order),
            Case(415, "createOrder", "POST /api/orders", ["Content-Encoding: gzip"], body: order),
            Case(415, "createOrder", "POST /api/orders", ["Content-Type: text/plain"], body: order),
            Case(415, "createOrder", "POST /api/orders", twice, body: order),
            Case(415, "createOrder", "POST /api/orders", chunked, chunks: "2\r\n{}\r\n0\r\n\r\n"),
            Case(402, "createOrder", "POST /api/orders", body: #"{"title":"Чай","price":100000}"#),
            Case(422, "createOrder", "POST /api/orders", body: #"{"title":"","price":"5","x":1}"#),
            Case(400, "createOrder", "POST /api/orders", body: "{"),
            Case(400, "createOrder", "POST /api/orders", body: ""),
            Case(400, "createOrder", "POST /api/orders?x=1", body: order),
            Case(400, "createOrder", "POST /api/orders", ["Idempotency-Key: "], body: order),
            Case(413, "createOrder", "POST /api/orders", body: large),
        ]
    }

    private static func others(_ alice: UserID, _ other: String) -> [Case] {
        let user =
            #"{"email":"c@example.org","password":"secret secret","firstName":"C","lastName":"S"}"#
        let payment = #"{"amount":0,"orderId":"\#(other)"}"#
        let path = "POST /api/billing/accounts/\(alice)/withdrawals"
        let deposit = "POST /api/billing/accounts/me/deposits"
        return [
            Case(
                403,
                "openAccount",
                "POST /api/billing/accounts",
                body: #"{"userId":"\#(other)"}"#
            ),
            Case(200, "openAccount", "POST /api/billing/accounts", body: ""),
            Case(200, "openAccount", "POST /api/billing/accounts", body: "{}"),
            Case(503, "register", "POST /api/register", as: "wrong", body: user),
            Case(422, "register", "POST /api/register", as: nil, body: "{}"),
            Case(403, "withdraw", "POST /api/billing/accounts/\(alice)/withdrawals", body: "{}"),
            Case(422, "withdraw", path, as: "service", body: payment),
            Case(201, "deposit", deposit, body: #"{"amount":5}"#),
            Case(404, "deposit", "POST /api/billing/accounts/\(other)/deposits", body: "{}"),
        ]
    }

    /// What is compared: ids, times and balances are another's each time.
    private struct Outcome: Equatable {
        let status: Int
        let fields: [String: [String]]
        let body: String

        init(_ answer: ReceivedAnswer, hasOrigin: Bool) {
            status = answer.status
            var fields = answer.fields
            fields["date"] = nil
            if !hasOrigin { fields["vary"] = nil }
            for name in ["x-request-id", "idempotency-key", "location"] where fields[name] != nil {
                fields[name] = ["…"]
            }
            // Where the numbers in it differ in length.
            fields["content-length"] = fields["content-length"].map { _ in ["…"] }
            self.fields = fields
            body =
                answer.status == 201 || answer.status == 402
                ? "" : Self.masked(answer.body)
        }

        private static func masked(_ text: String) -> String {
            text.split(separator: #""requestId":""#, omittingEmptySubsequences: false)
                .enumerated().map { $0.offset == 0 ? $0.element : $0.element.dropFirst(36) }
                .joined()
        }
    }

    @Test func `one process, gateway with processes, and process alone answer the same`()
        async throws
    {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let local = try parts.local()
        var processes: [String: Listening] = [:]
        for function in RemoteParts.functions {
            processes[function.declaration.name] = try parts.process(function)
        }
        let gateway = try parts.gateway { name in
            processes[name].map { "http://127.0.0.1:\($0.port)" }
        }
        for one in Self.cases(parts.alice) {
            let expected = try #require(await local.answer(one.text), "\(one.name)")
            let remote = try #require(await gateway.answer(one.text), "\(one.name)")
            #expect(expected.status == one.status, "\(one.name): \(expected.body)")
            #expect(
                Outcome(remote, hasOrigin: true) == Outcome(expected, hasOrigin: true),
                "\(one.name)"
            )
            let process = try #require(processes[one.function])
            let alone = try #require(await process.answer(one.text), "\(one.name)")
            if one.status == 405 || one.status == 204 || one.status == 404 && alone.status == 404 {
                #expect(alone.status == one.status, "\(one.name)")
            } else {
                #expect(
                    Outcome(alone, hasOrigin: false) == Outcome(expected, hasOrigin: false),
                    "\(one.name)"
                )
            }
        }
        withExtendedLifetime((local, gateway, processes)) {}
    }
}
