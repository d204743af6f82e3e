import Testing

@testable import Runner

@Suite struct KeycloakProxyStreamTests {
    private let request = "GET /auth/realms/otus HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `a slow client holds Keycloak back, and loses nothing`() throws {
        let total = 100 << 20
        let sent = Lock(0)
        let upstream = FakeUpstream { peer, _ in
            _ = peer.request()
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8]((0..<(64 << 10)).map { UInt8(truncatingIfNeeded: $0 % 251) })
            for _ in 0..<(total / piece.count) where peer.send(piece) {
                sent.withLock { $0 += piece.count }
            }
            peer.close()
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let client = Client(fixture.port)
        client.send(request)
        var received = client.receive()?.count ?? 0
        // Whatever the kernel's four buffers take: it is far from all.
        while received < 8 << 20 {
            received += client.receive(4096)?.count ?? 0
            #expect(sent.withLock { $0 } - received < 48 << 20)
        }
        while let piece = client.receive(), !piece.isEmpty {
            received += piece.count
            if received > total { break }
        }
        #expect(received > total && received < total + 2000)
        #expect(sent.withLock { $0 } == total)
    }

    @Test func `a client that leaves ends the call to Keycloak`() async throws {
        let asked = Mailbox<Bool>()
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            asked.put(peer.request() != nil)
            closed.put(peer.seesClose())
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let client = Client(fixture.port)
        client.send(request)
        #expect(await asked.next())
        let leftAt = ContinuousClock.now
        client.finish()
        #expect(await closed.next())
        #expect(ContinuousClock.now - leftAt < .seconds(2))
    }

    @Test func `a client that leaves within an answer ends the call to Keycloak`() async throws {
        let stopped = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            _ = peer.request()
            peer.send("HTTP/1.1 200 OK\r\n\r\n")
            while peer.send([UInt8](repeating: 1, count: 64 << 10)) {}
            stopped.put(true)
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let client = Client(fixture.port)
        client.send(request)
        #expect(client.receive()?.isEmpty == false)
        client.finish()
        #expect(await stopped.next())
    }

    @Test(arguments: [true, false])
    func `a body of 4 MB goes through whole`(isChunked: Bool) async throws {
        let counts = Mailbox<Int>()
        let total = 4 << 20
        let expected = (0..<(total / 4096)).flatMap {
            [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 4096)
        }
        let upstream = FakeUpstream { peer, _ in
            counts.put(peer.request()?.body == expected ? expected.count : -1)
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            peer.close()
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let client = Client(fixture.port)
        client.send("POST /auth/realms/otus HTTP/1.1\r\nHost: x\r\n")
        client.send(
            isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: \(total)\r\n\r\n"
        )
        for number in 0..<(total / 4096) {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 4096)
            client.send(isChunked ? Array("1000\r\n".utf8) + piece + Array("\r\n".utf8) : piece)
        }
        if isChunked { client.send("0\r\n\r\n") }
        #expect(await counts.next() == total)
        #expect(client.answer()?.body == "ok")
    }

    /// Early answers, each whole, and whether the upstream closes behind it.
    private static let early: [(answer: String, closes: Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n0\r\n\r\n", false),
        ("HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nearly", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n0\r\n\r\n", true),
        ("HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nConnection: close\r\n\r\nearly", true),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nearly", true),
    ]

    @Test(arguments: early, ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
    func `an answer before the body's end arrives whole and at once`(
        _ early: (answer: String, closes: Bool),
        framing: String
    ) async throws {
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            _ = peer.readSome()
            peer.send(early.answer)
            if early.closes { peer.close() } else { closed.put(peer.seesClose()) }
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let port = fixture.port
        let isLong = framing.hasPrefix("Content-Length")
        // On a thread of its own: the connection's end takes two seconds.
        let (answer, duration, end) = await delivered { done in
            _ = SystemThread.detach("client") {
                let client = Client(port)
                let startedAt = ContinuousClock.now
                client.send("POST /auth/realms/otus HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
                client.send("5\r\nhello\r\n")
                let answer = client.answer()
                let duration = ContinuousClock.now - startedAt
                // Of a body that is known to be long no rest is waited for.
                done((answer, duration, isLong ? client.receive() : []))
            }
        }
        #expect(answer?.body == "early")
        #expect(duration < .seconds(10))
        #expect(end == [])
        if !early.closes { #expect(await closed.next()) }
    }

    @Test func `a body that breaks off breaks the call off`() async throws {
        let begun = Mailbox<Bool>()
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            begun.put(peer.readSome())
            closed.put(peer.seesClose())
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let client = Client(fixture.port)
        client.send(
            "POST /auth/realms/otus HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello"
        )
        #expect(await begun.next())
        client.finish()
        #expect(await closed.next())
    }

    @Test func `an upstream that trickles is waited for`() async throws {
        let go = Mailbox<Void>()
        let upstream = FakeUpstream { peer, _ in
            _ = peer.request()
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            _ = peer.readSome()
            peer.send("0\r\n\r\n")
            peer.close()
        }
        let fixture = try ProxyFixture(upstream, silence: .milliseconds(200))
        defer { withExtendedLifetime(fixture) {} }
        let client = Client(fixture.port)
        client.send(request)
        // The head and the first piece are passed on before the rest is there; then silence ends it.
        var text = ""
        while !text.contains("hello"), let piece = client.receive(), !piece.isEmpty {
            text += String(decoding: piece, as: UTF8.self)
        }
        #expect(text.contains("hello"))
        #expect(client.answer() == nil)
        go.put(())
    }
}
