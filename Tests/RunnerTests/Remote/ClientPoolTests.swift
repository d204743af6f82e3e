import Runner
import Testing

struct ClientPoolTests {
    @Test func `connections to functions live a minute, and idle less than a function waits`() {
        let pool = ClientPool.functions
        #expect((1...60).contains(pool.lifetimeSeconds))
        #expect(pool.idleSeconds >= 1)
        #expect(Int64(pool.idleSeconds) * 1_000 < HTTPLimits().idleMilliseconds)
    }

    private func upstream() -> FakeUpstream {
        FakeUpstream { peer, _ in
            while peer.request() != nil {
                peer.send("HTTP/1.1 204 No Content\r\n\r\n")
            }
            peer.close()
        }
    }

    @Test func `an old connection is not used again`() async throws {
        var pool = ClientPool.functions
        pool.lifetimeSeconds = 1
        let (young, old) = (CurlClient(pool: .functions), CurlClient(pool: pool))
        let (kept, replaced) = (upstream(), upstream())
        let isReplaced = try await becomesTrue {
            for (client, upstream) in [(young, kept), (old, replaced)] {
                let request = try #require(ClientRequest(.get, upstream.base, path: "/".utf8))
                #expect(try await client.response(to: request).status == 204)
            }
            return replaced.connectionCount > 1
        }
        #expect(isReplaced)
        // Busy all the time, neither was idle for too long: it was the age.
        #expect(kept.connectionCount == 1)
    }
}
