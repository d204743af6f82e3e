import Runner
import Testing

/// Counts what arrives, and stops after each piece as long as it is told to.
final class CountingReceiver: ClientReceiver {
    private let state = Lock((count: 0, pauses: true))
    let heads = Mailbox<ClientHead>()
    let pieces = Mailbox<Int>()
    let endings = Mailbox<ClientError?>()

    var count: Int { state.withLock { $0.count } }

    func stopPausing() { state.withLock { $0.pauses = false } }

    func received(_ head: ClientHead) { heads.put(head) }

    func received(_ bytes: UnsafeRawBufferPointer) -> ClientDemand {
        let pauses = state.withLock { state in
            state.count += bytes.count
            return state.pauses
        }
        pieces.put(bytes.count)
        return pauses ? .pause : .more
    }

    func ended(_ failure: ClientError?) { endings.put(failure) }
}

@Suite struct ClientStreamTests {
    let client = CurlClient()

    private func request(_ method: Runner.Method, _ upstream: FakeUpstream) throws -> ClientRequest
    {
        var request = try #require(ClientRequest(method, upstream.base, path: "/".utf8))
        request.limits = .streamed
        return request
    }

    @Test func `a receiver that takes no more stops the sender`() async throws {
        let total = 32 << 20
        let sent = Lock(0)
        let upstream = FakeUpstream { peer, _ in
            _ = peer.request()
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 97, count: 64 << 10)
            for _ in 0..<(total / piece.count) where peer.send(piece) {
                sent.withLock { $0 += piece.count }
            }
            peer.close()
        }
        let receiver = CountingReceiver()
        let call = client.stream(try request(.get, upstream), to: receiver)
        #expect(await receiver.heads.next().length == total)
        for expected in 1...20 {
            #expect(await receiver.pieces.next() <= 16 << 10)
            #expect(receiver.count <= expected * 16 << 10)
            call.resume()
        }
        // The kernel's buffers hold some megabytes on loopback; the rest waits at the sender.
        #expect(sent.withLock { $0 } < total)
        receiver.stopPausing()
        call.resume()
        #expect(await receiver.endings.next() == nil)
        #expect(receiver.count == total)
    }

    @Test func `a paused receiver is not taken for silence of the other side`() async throws {
        let upstream = FakeUpstream(
            answering: "HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n"
                + String(repeating: "a", count: 40_000)
        )
        var request = try request(.get, upstream)
        request.limits.silence = .milliseconds(50)
        let receiver = CountingReceiver()
        let call = client.stream(request, to: receiver)
        _ = await receiver.pieces.next()
        try await Task.sleep(for: .milliseconds(300))
        #expect(receiver.endings.count == 0)
        receiver.stopPausing()
        call.resume()
        #expect(await receiver.endings.next() == nil)
        #expect(receiver.count == 40_000)
    }

    @Test func `a body goes up as it comes, in chunks where its length is not known`() async throws
    {
        for length in [nil, 1_000_000] {
            let received = Mailbox<Received>()
            let upstream = FakeUpstream { peer, _ in
                received.put(peer.request()!)
                peer.send("HTTP/1.1 204 No Content\r\n\r\n")
                peer.close()
            }
            let space = Mailbox<Void>()
            let upload = ClientUpload(length: length) { space.put(()) }
            var request = try request(.post, upstream)
            request.body = .streamed(upload)
            let receiver = CountingReceiver()
            client.stream(request, to: receiver)
            for number in 0..<1000 {
                let piece = [UInt8](repeating: UInt8(number % 251), count: 1000)
                if !piece.withUnsafeBytes({ upload.append($0) }) { await space.next() }
            }
            upload.end()
            let got = await received.next()
            #expect(got.body == (0..<1_000_000).map { UInt8($0 / 1000 % 251) })
            #expect(got.all("Transfer-Encoding") == (length == nil ? ["chunked"] : []))
            #expect(got.all("Content-Length") == (length == nil ? [] : ["1000000"]))
            #expect(got.all("Expect") == [])
            #expect(await receiver.heads.next().status == 204)
            #expect(await receiver.endings.next() == nil)
        }
    }

    @Test func `a body that breaks off breaks the request off`() async throws {
        let asked = Mailbox<Bool>()
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            asked.put(peer.readSome())
            closed.put(peer.seesClose())
        }
        let upload = ClientUpload(length: nil) {}
        var request = try request(.post, upstream)
        request.body = .streamed(upload)
        let receiver = CountingReceiver()
        client.stream(request, to: receiver)
        _ = [1, 2, 3].withUnsafeBytes { upload.append($0) }
        // Before the connection is there, nobody would see its end.
        #expect(await asked.next())
        upload.fail()
        #expect(await receiver.endings.next() == .cancelled)
        #expect(await closed.next())
    }

    @Test func `a writer that waits goes on when the answer comes early`() async throws {
        let upstream = FakeUpstream { peer, _ in
            _ = peer.readSome()
            peer.send(
                "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            peer.reset()
        }
        let space = Mailbox<Void>()
        let upload = ClientUpload(length: nil) { space.put(()) }
        var request = try request(.post, upstream)
        request.body = .streamed(upload)
        let receiver = CountingReceiver()
        let piece = [UInt8](repeating: 1, count: 1 << 20)
        #expect(!piece.withUnsafeBytes { upload.append($0) })
        client.stream(request, to: receiver)
        await space.next()
        // Whether there is room already depends on how much the kernel has taken.
        _ = piece.withUnsafeBytes { upload.append($0) }
        _ = await receiver.endings.next()
        #expect(piece.withUnsafeBytes { upload.append($0) })
    }

    /// How an upstream may answer before the body is whole, and what is heard of it.
    private static let early: [(answer: String, body: String, closes: Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly", "early", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", false),
        ("HTTP/1.1 204 No Content\r\n\r\n", "", false),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2;x=\"y\"\r\nea\r\n3\r\nrly\r\n0\r\nTrailer: t\r\n\r\n", "early", false
        ),
        ("HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nearly", "early", false),
        (
            "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nearly\r\n0\r\n\r\n", "early", true
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nearly", "early", true),
        ("HTTP/1.1 200 OK\r\n\r\nearly", "early", true),
        ("HTTP/1.0 403 Forbidden\r\n\r\nearly", "early", true),
    ]

    @Test(arguments: early, [nil, 1 << 20])
    func `an early answer ends the call while the body waits for more`(
        _ early: (answer: String, body: String, closes: Bool),
        length: Int?
    ) async throws {
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            _ = peer.readSome()
            peer.send(early.answer)
            if early.closes { peer.close() } else { closed.put(peer.seesClose()) }
        }
        let upload = ClientUpload(length: length) {}
        var request = try request(.post, upstream)
        request.body = .streamed(upload)
        let result = Mailbox<(Result<ClientResponse, ClientError>, Duration)>()
        let startedAt = ContinuousClock.now
        client.send(request) { result.put(($0, .now - startedAt)) }
        _ = [1, 2, 3].withUnsafeBytes { upload.append($0) }
        let (ended, duration) = await result.next()
        let answer = try ended.get()
        #expect(String(decoding: answer.body, as: UTF8.self) == early.body)
        #expect(duration < .seconds(10))
        if !early.closes { #expect(await closed.next()) }
    }

    @Test func `an answer in chunks to a streamed body is held back and loses nothing`()
        async throws
    {
        let sizes = (1...300).map { $0 * 37 % 5_000 + 1 }
        let upstream = FakeUpstream { peer, _ in
            _ = peer.request()
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for size in sizes {
                let data = [UInt8](repeating: UInt8(size % 251), count: size)
                _ = peer.send(Array("\(String(size, radix: 16))\r\n".utf8) + data + [13, 10])
            }
            peer.send("0\r\nA: trailer\r\n\r\n")
            _ = peer.request()
        }
        let upload = ClientUpload(length: nil) {}
        var request = try request(.post, upstream)
        request.body = .streamed(upload)
        let receiver = CountingReceiver()
        let call = client.stream(request, to: receiver)
        upload.end()
        for _ in 0..<20 {
            #expect(await receiver.pieces.next() <= 16 << 10)
            #expect(receiver.endings.count == 0)
            call.resume()
        }
        receiver.stopPausing()
        call.resume()
        #expect(await receiver.endings.next() == nil)
        #expect(receiver.count == sizes.reduce(0, +))
    }

    @Test func `an early answer that is cut short never looks whole`() async throws {
        for answer in [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nearly\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nearly", "",
        ] {
            let upstream = FakeUpstream { peer, _ in
                _ = peer.readSome()
                peer.send(answer)
                peer.reset()
            }
            let upload = ClientUpload(length: nil) {}
            var request = try request(.post, upstream)
            request.body = .streamed(upload)
            let receiver = CountingReceiver()
            receiver.stopPausing()
            client.stream(request, to: receiver)
            _ = [1, 2, 3].withUnsafeBytes { upload.append($0) }
            #expect(await receiver.endings.next() != nil)
        }
    }
}
