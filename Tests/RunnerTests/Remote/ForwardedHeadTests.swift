import Functions
import Testing

@testable import Runner

/// What of a head goes on from the gateway to a function's process.
struct ForwardedHeadTests {
    private let order = #"{"title":"Tea","price":1}"#

    private static let heads = [
        "many codings": Array(repeating: "Content-Encoding: identity", count: 95)
            + ["Content-Type: application/json"],
        "a long parameter": [
            "Content-Type: application/json;x=" + String(repeating: "x", count: 32_500)
        ],
        "many blanks": [
            "Content-Type: application/json" + String(repeating: " ", count: 32_500) + ";"
        ],
    ]

    @Test(arguments: ["many codings", "a long parameter", "many blanks"])
    func `what fits the gateway's head fits the function's`(name: String) async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let process = try parts.process(RemoteParts.function("createOrder"))
        let gateway = try parts.gateway(before: process)
        let fields = try #require(Self.heads[name])
        let text = request("POST /api/orders", fields, body: order)
        #expect(await gateway.answer(text)?.status == 201)
    }

    @Test func `a token goes with one blank, and not where it is ignored`() async throws {
        let parts = try await RemoteParts()
        defer { parts.test.store.close() }
        let asked = Mailbox<Received>()
        let id = "X-Request-Id: 0190b7e2-1111-7000-8000-000000000001"
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                asked.put(request)
                peer.send("HTTP/1.1 201 Created\r\n\(id)\r\nContent-Length: 2\r\n\r\n{}")
            }
            peer.close()
        }
        let gateway = try parts.gateway(before: upstream)
        let spaced = ["Authorization: bearer" + String(repeating: " ", count: 9000) + "alice"]
        _ = await gateway.answer(request("POST /api/orders", spaced, as: nil, body: order))
        #expect(await asked.next().all("Authorization") == ["Bearer alice"])
        _ = await gateway.answer(request("POST /api/register", spaced, as: nil, body: "{}"))
        #expect(await asked.next().all("Authorization").isEmpty)
    }
}
