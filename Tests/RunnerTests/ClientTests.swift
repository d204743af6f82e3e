import Glibc
import Runner
import Testing

@Suite struct ClientTests {
    let client = CurlClient()

    private func request(
        _ upstream: FakeUpstream,
        _ method: Runner.Method = .get,
        path: String = "/"
    ) throws -> ClientRequest {
        var request = try #require(ClientRequest(method, upstream.base, path: path.utf8))
        request.limits.silence = .seconds(60)
        request.limits.total = .seconds(60)
        request.limits.connect = .seconds(60)
        return request
    }

    private func failure(_ request: ClientRequest) async -> ClientError? {
        do {
            _ = try await client.response(to: request)
            return nil
        } catch {
            return error
        }
    }

    @Test func `an answer comes whole, with its fields one by one`() async throws {
        let upstream = FakeUpstream(
            answering:
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie:  b=2 \r\nContent-Length: 5\r\n\r\nhello"
        )
        let response = try await client.response(to: request(upstream))
        #expect(response.status == 200)
        #expect(String(decoding: response.body, as: UTF8.self) == "hello")
        #expect(
            response.head.fields.map {
                String(decoding: response.head.bytes[$0.value], as: UTF8.self)
            }
                == ["a=1", "b=2", "5"]
        )
        #expect(response.head.length == 5)
    }

    @Test func `a request goes out as it was made, and with nothing added`() async throws {
        let received = Mailbox<Received>()
        let upstream = FakeUpstream { peer, _ in
            received.put(peer.request()!)
            peer.send("HTTP/1.1 204 No Content\r\n\r\n")
            peer.close()
        }
        var request = try #require(
            ClientRequest(
                .post,
                upstream.base,
                path: "/a/../b;c/%2e//d".utf8,
                query: Array("x=%00&y".utf8)[...]
            )
        )
        request.fields.add("host", "public.example")
        request.fields.add("x-empty", "")
        request.body = .whole(ContiguousArray(repeating: 97, count: 3 << 20))
        _ = try await client.response(to: request)
        let got = await received.next()
        #expect(got.line == "POST /a/../b;c/%2e//d?x=%00&y HTTP/1.1")
        #expect(got.body.count == 3 << 20)
        #expect(
            got.fields.sorted() == ["Content-Length: 3145728", "Host: public.example", "x-empty:"]
        )
    }

    @Test(arguments: ["a\r\nb: c", "a\nb", "a\u{0}", "\u{7F}"])
    func `a value that could end its field is refused`(value: String) {
        var fields = ClientFields()
        let isValueTaken = fields.add("x-name", value)
        let isNameTaken = fields.add(value.utf8, "x".utf8)
        #expect(!isValueTaken && !isNameTaken)
    }

    @Test(arguments: [
        "", "a b", "a:", "Content-Length", "transfer-encoding", "CONNECTION", "Expect",
    ])
    func `a name that is none, or decides where the message ends, is refused`(name: String) {
        var fields = ClientFields()
        let isTaken = fields.add(name.utf8, "1".utf8)
        #expect(!isTaken)
    }

    @Test(arguments: ["", "a", "/a b", "/a\r\nx", "/a#b", "/é", "/a?b", "/a\\b"])
    func `a path that a request line may not hold is refused`(path: String) throws {
        let base = try #require(BaseURL("http://localhost"))
        #expect(ClientRequest(.get, base, path: path.utf8) == nil)
    }

    @Test func `a base URL is scheme, host, port and path, and nothing else`() throws {
        let base = try #require(BaseURL("http://keycloak:8080/auth/"))
        #expect(base.text == "http://keycloak:8080/auth")
        #expect(base.authority == "keycloak:8080")
        #expect(base.path == "/auth")
        #expect(BaseURL("https://gw.example")?.port == 443)
        #expect(BaseURL("https://gw.example:443")?.authority == "gw.example")
        #expect(BaseURL("http://[::1]:8080")?.host == "::1")
        for wrong in [
            "", "localhost:8080", "ftp://a", "http://", "http://u:p@h", "http://h/?q",
            "http://h/#f",
            "http://h:0x50", "http://h:80\\@evil/", "http://h h", "http://h:99999", "file:///etc",
        ] {
            #expect(BaseURL(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `interim answers and trailers are left out`() async throws {
        let upstream = FakeUpstream(
            answering: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Late: 1\r\n\r\n"
        )
        let response = try await client.response(to: request(upstream))
        #expect(response.status == 200)
        #expect(response.head.fields.count == 1)
        #expect(String(decoding: response.body, as: UTF8.self) == "hi")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
        "HTTP/1.1 200 OK\r\nA: 1\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nA: 1\r\n b\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nA : 1\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nA\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nA: 1\u{0}2\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nA: 1\u{B}2\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 999 What\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/2 200\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nhi\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nA: 1\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ])
    func `a broken answer is an error`(answer: String) async throws {
        let upstream = FakeUpstream(answering: answer)
        let failure = await failure(try request(upstream))
        guard case .broken = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `heads and bodies have limits`() async throws {
        let field = "A: " + String(repeating: "a", count: 1000) + "\r\n"
        let large = FakeUpstream(
            answering: "HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 100) + "\r\n"
        )
        #expect(await failure(try request(large)) == .broken("head too large"))
        let many = FakeUpstream(
            answering: "HTTP/1.1 200 OK\r\n" + String(repeating: "A: 1\r\n", count: 300) + "\r\n"
        )
        #expect(await failure(try request(many)) == .broken("head too large"))
        let body = FakeUpstream(
            answering: "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "a", count: 101)
        )
        var limited = try request(body)
        limited.limits.bodyBytes = 100
        #expect(await failure(limited) == .tooLarge)
        limited.limits.bodyBytes = 101
        #expect(await failure(limited) == nil)
    }

    @Test func `nobody there, silence, and a close without a word are told apart`() async throws {
        let base = try #require(BaseURL("http://127.0.0.1:\(FakeUpstream.unusedPort())"))
        let absent = try #require(ClientRequest(.get, base, path: "/".utf8))
        guard case .unreachable = await failure(absent) else {
            Issue.record("a closed port is unreachable")
            return
        }
        let silent = FakeUpstream { peer, _ in
            _ = peer.request()
            _ = peer.seesClose()
        }
        var total = try request(silent)
        total.limits.total = .milliseconds(100)
        #expect(await failure(total) == .timedOut)
        var silence = try request(silent)
        silence.limits.total = nil
        silence.limits.silence = .milliseconds(100)
        #expect(await failure(silence) == .timedOut)
        let rude = FakeUpstream { peer, _ in
            _ = peer.request()
            peer.close()
        }
        #expect(await failure(try request(rude)) == .closedUnanswered)
        let rough = FakeUpstream { peer, _ in
            _ = peer.request()
            peer.reset()
        }
        #expect(await failure(try request(rough)) == .closedUnanswered)
    }

    /// The first request leaves a connection open; the second finds it dying.
    private func requestsOverADyingConnection(
        _ method: Runner.Method,
        _ body: ClientBody,
        mayRepeat: Bool
    ) async throws -> (failure: ClientError?, received: Int) {
        let received = Mailbox<Received>()
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                received.put(request)
                guard received.count != 2 else { return peer.close() }
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
            peer.close()
        }
        #expect(await failure(try request(upstream)) == nil)
        var second = try request(upstream, method)
        second.body = body
        second.mayRepeat = mayRepeat
        let failure = await failure(second)
        return (failure, received.count)
    }

    @Test func `a request is repeated on a dying connection only where it may be`() async throws {
        for body in [ClientBody.none, .whole([]), .whole([1, 2, 3])] {
            let once = try await requestsOverADyingConnection(.post, body, mayRepeat: false)
            #expect(once.failure == .closedUnanswered)
            #expect(once.received == 2)
            let again = try await requestsOverADyingConnection(.post, body, mayRepeat: true)
            #expect(again.failure == nil)
            #expect(again.received == 3)
        }
    }

    @Test func `a call that is cancelled closes its connection`() async throws {
        let asked = Mailbox<Bool>()
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            asked.put(peer.request() != nil)
            closed.put(peer.seesClose())
        }
        let result = Mailbox<ClientError?>()
        let call = client.send(try request(upstream)) { answer in
            if case .failure(let error) = answer { result.put(error) } else { result.put(nil) }
        }
        #expect(await asked.next())
        call.cancel()
        #expect(await result.next() == .cancelled)
        #expect(await closed.next())
        call.cancel()
    }

    @Test func `a task that is cancelled cancels its call`() async throws {
        let asked = Mailbox<Bool>()
        let closed = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            asked.put(peer.request() != nil)
            closed.put(peer.seesClose())
        }
        let request = try request(upstream)
        let task = Task { await failure(request) }
        #expect(await asked.next())
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await closed.next())
    }

    @Test func `a client that goes away ends what is under way`() async throws {
        let asked = Mailbox<Bool>()
        let upstream = FakeUpstream { peer, _ in
            asked.put(peer.request() != nil)
            _ = peer.seesClose()
        }
        let result = Mailbox<ClientError?>()
        var client: CurlClient? = CurlClient()
        client?.send(try request(upstream)) { answer in
            if case .failure(let error) = answer { result.put(error) }
        }
        #expect(await asked.next())
        client = nil
        #expect(await result.next() == .cancelled)
    }

    @Test func `the environment's proxy is not asked`() async throws {
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { unsetenv("http_proxy") }
        let upstream = FakeUpstream(answering: "HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try await client.response(to: request(upstream)).status == 204)
    }
}
