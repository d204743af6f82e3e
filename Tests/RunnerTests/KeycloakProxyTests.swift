import Functions
import Runner
import Testing

@Suite struct KeycloakProxyTests {
    private let realm = "/auth/realms/otus"

    /// An upstream that hands over what it receives and answers 200.
    private func recording() -> (FakeUpstream, Mailbox<Received>) {
        let received = Mailbox<Received>()
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                received.put(request)
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
            peer.close()
        }
        return (upstream, received)
    }

    @Test(arguments: [
        ("/auth/realms/otus", "/kc/realms/otus"), ("/auth/realms/otus/", "/kc/realms/otus/"),
        ("/auth/realms/otus/account", "/kc/realms/otus/account"),
        ("/auth/resources/a1/b.css?v=%2F..&x=//", "/kc/resources/a1/b.css?v=%2F..&x=//"),
    ])
    func `what is on the list is passed on under Keycloak's own path`(
        path: String,
        upstreamPath: String
    )
        async throws
    {
        let (upstream, received) = recording()
        let fixture = try ProxyFixture(upstream, path: "/kc")
        defer { withExtendedLifetime(fixture) {} }
        #expect(fixture.get(path)?.body == "ok")
        #expect(await received.next().line == "GET \(upstreamPath) HTTP/1.1")
    }

    @Test(arguments: [
        "/auth", "/auth/", "/auth/admin/", "/auth/admin/realms/otus/users", "/auth/realms",
        "/auth/realms/",
        "/auth/realms/master", "/auth/realms/otus2", "/auth/realms/OTUS", "/auth/resources",
        "/auth/js/x",
        "/auth/metrics", "/auth/health", "/auth/welcome", "/authrealms/otus", "/auth/robots.txt",
    ])
    func `what is not on the list is not there`(path: String) throws {
        let (upstream, _) = recording()
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        #expect(fixture.get(path)?.status == 404)
        #expect(upstream.connectionCount == 0)
    }

    @Test(arguments: [
        "/auth/realms/otus/../../admin", "/auth/realms/otus/./x", "/auth/realms/otus/..",
        "/auth/%72ealms/otus", "/auth/realms/otus/%2e%2e/admin", "/auth/realms/otus/..%2fadmin",
        "/auth/realms/otus/%5c", "/auth/realms/otus/%252e%252e", "/auth/realms/otus/%c0%ae",
        "/auth/realms/otus//x", "/auth//realms/otus", "/auth/realms/otus/..;/admin",
        "/auth/realms/otus;x", "/auth/realms/master/%2e%2e/otus", "/auth/realms/otus/%00",
        "/auth/realms/otus/a\\b", "/auth/realms/otus/#/x", "/auth/realms/otus/%zz",
    ])
    func `what could be read in two ways is refused`(path: String) throws {
        let (upstream, _) = recording()
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        #expect(fixture.get(path)?.status == 400)
        #expect(upstream.connectionCount == 0)
    }

    @Test func `Keycloak hears who it is from us alone`() async throws {
        let (upstream, received) = recording()
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let request =
            "GET \(realm) HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil\r\nX-Forwarded-For: 6.6.6.6\r\n"
            + "X_Forwarded-Proto: gopher\r\nX.Forwarded.Host: evil\r\nForwarded: for=6.6.6.6\r\n"
            + "X-Original-URL: /admin\r\nX-Rewrite-URL: /admin\r\nX-HTTP-Method-Override: DELETE\r\n"
            + "X-Forwarded-Prefix: /evil\r\nX-Real-IP: 6.6.6.6\r\nProxy: http://evil\r\nSSL-Client-Cert: c\r\n"
            + "Connection: X-Forwarded-Host, X-Forwarded-For, X-Mine, keep-alive\r\nX-Mine: 1\r\n"
            + "Keep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\nCookie: a=1; b=2\r\nOrigin: http://web.example\r\n"
            + "Authorization: Bearer abc\r\nUser-Agent: test\r\nAccept: */*\r\nX-Empty:\r\n\r\n"
        #expect(fixture.answer(request)?.status == 200)
        let fields = await received.next().fields.filter { !$0.hasPrefix("X-Request-Id") }
        #expect(
            fields.sorted() == [
                "Accept: */*", "Authorization: Bearer abc", "Cookie: a=1; b=2",
                "Host: shop.example",
                "Origin: http://web.example", "User-Agent: test", "X-Empty:",
                "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: shop.example",
                "X-Forwarded-Port: 443",
                "X-Forwarded-Proto: https",
            ]
        )
    }

    @Test func `a trusted proxy's chain of addresses is kept`() async throws {
        let (upstream, received) = recording()
        let fixture = try ProxyFixture(
            "http://127.0.0.1:\(upstream.port)/auth",
            publicURL: "http://localhost:8080",
            trusted: ["127.0.0.0/8"]
        )
        defer { withExtendedLifetime(fixture) {} }
        let request =
            "GET \(realm) HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4, 5.6.7.8\r\nX-Forwarded-Host: a\r\n\r\n"
        #expect(fixture.answer(request)?.status == 200)
        let got = await received.next()
        #expect(got.all("X-Forwarded-For") == ["1.2.3.4, 5.6.7.8, 127.0.0.1"])
        #expect(got.all("X-Forwarded-Host") == ["localhost:8080"])
        #expect(got.all("Host") == ["localhost:8080"])
        #expect(got.all("X-Forwarded-Port") == ["8080"])
    }

    @Test func `two Authorization fields are refused`() throws {
        let (upstream, _) = recording()
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let request =
            "GET \(realm) HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"
        #expect(fixture.answer(request)?.status == 400)
        #expect(upstream.connectionCount == 0)
    }

    @Test func `an answer passes as Keycloak wrote it, each cookie by itself`() throws {
        let upstream = FakeUpstream(
            answering: "HTTP/1.1 302 Found\r\nSet-Cookie: a=1; Path=/auth/realms/otus/; Secure\r\n"
                + "Set-Cookie: b=2\r\nLocation: https://app.example/cb?code=1&state=2\r\nDate: yesterday\r\n"
                + "Access-Control-Allow-Origin: https://app.example\r\nX-Request-Id: theirs\r\n"
                + "Connection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nContent-Length: 0\r\n\r\n"
        )
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let answer = try #require(fixture.get(realm))
        #expect(answer.status == 302)
        #expect(answer.fields["set-cookie"] == ["a=1; Path=/auth/realms/otus/; Secure", "b=2"])
        #expect(answer.fields["location"] == ["https://app.example/cb?code=1&state=2"])
        #expect(answer.fields["access-control-allow-origin"] == ["https://app.example"])
        #expect(answer.fields["x-request-id"]?.count == 1)
        #expect(answer.fields["x-request-id"] != ["theirs"])
        #expect(answer.fields["date"]?.count == 1)
        #expect(answer.fields["content-length"] == ["0"])
        #expect(answer.fields["x-hop"] == nil && answer.fields["keep-alive"] == nil)
    }

    @Test func `HEAD, OPTIONS and an answer without a body are Keycloak's own`() async throws {
        let received = Mailbox<Received>()
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                received.put(request)
                if request.line.hasPrefix("HEAD") {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX-K: 1\r\n\r\n")
                } else if request.line.hasPrefix("OPTIONS") {
                    peer.send("HTTP/1.1 200 OK\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n")
                } else {
                    peer.send("HTTP/1.1 204 No Content\r\n\r\n")
                }
            }
            peer.close()
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let head = fixture.answer("HEAD \(realm) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(head?.fields["content-length"] == ["1234"] && head?.fields["x-k"] == ["1"])
        let withBody = "HEAD \(realm) HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
        #expect(fixture.answer(withBody)?.fields["content-length"] == ["1234"])
        let options = fixture.answer("OPTIONS \(realm) HTTP/1.1\r\nHost: x\r\nOrigin: o\r\n\r\n")
        #expect(options?.status == 200 && options?.fields["allow"] == ["GET"])
        let post = fixture.answer("POST \(realm) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        #expect(post?.status == 204)
        #expect(post?.fields["transfer-encoding"] == nil)
        _ = await received.next()
        #expect(await received.next().all("Content-Length") == [])
        #expect(await received.next().all("Origin") == ["o"])
        #expect(await received.next().all("Content-Length") == ["0"])
    }

    @Test func `nobody there is 503, silence 504, a broken answer 502`() async throws {
        let absent = try ProxyFixture("http://127.0.0.1:\(FakeUpstream.unusedPort())/auth")
        let unreachable = absent.get(realm)
        #expect(unreachable?.status == 503)
        #expect(unreachable?.fields["retry-after"] != nil)
        #expect(unreachable?.fields["content-type"] == ["application/problem+json"])
        #expect(await absent.statuses.next() == 503)
        let mute = FakeUpstream { peer, _ in
            _ = peer.request()
            _ = peer.seesClose()
        }
        let patient = try ProxyFixture(mute, silence: .milliseconds(100))
        defer { withExtendedLifetime(patient) {} }
        #expect(patient.get(realm)?.status == 504)
        for broken in [
            "", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ] {
            let upstream = FakeUpstream(answering: broken)
            let fixture = try ProxyFixture(upstream)
            defer { withExtendedLifetime(fixture) {} }
            #expect(fixture.get(realm)?.status == 502, "\(broken)")
            #expect(upstream.connectionCount == 1)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ])
    func `an answer cut short never looks whole`(answer: String) throws {
        let upstream = FakeUpstream(answering: answer)
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        #expect(fixture.get(realm) == nil)
    }

    @Test func `a request is never sent twice`() async throws {
        let received = Mailbox<Received>()
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                received.put(request)
                guard received.count != 2 else { return peer.close() }
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
            peer.close()
        }
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        #expect(fixture.get(realm)?.status == 200)
        #expect(fixture.get(realm)?.status == 502)
        #expect(received.count == 2)
    }

    @Test(arguments: [
        (
            "POST", "/protocol/openid-connect/logout",
            "refresh_token=\(ProxyFixture.token)&client_id=x", "session-1"
        ),
        ("POST", "/protocol/openid-connect/revoke", "token=\(ProxyFixture.token)", "session-1"),
        (
            "GET", "/protocol/openid-connect/logout?id_token_hint=\(ProxyFixture.token)", "",
            "session-1"
        ),
        ("GET", "/protocol/openid-connect/logout", "", ""),
        ("POST", "/protocol/openid-connect/logout/logout-confirm", "session_code=x", ""),
        ("POST", "/protocol/openid-connect/revoke", "token=rubbish", ""),
        (
            "POST", "/protocol/openid-connect/revoke",
            "token=\(TokenText.make(["sub": "service"]))", ""
        ),
        (
            "POST", "/protocol/openid-connect/revoke", "a=" + String(repeating: "a", count: 70_000),
            ""
        ),
        ("DELETE", "/account/sessions", "", ""),
    ])
    func `a session that ends is noticed before its answer is given`(
        method: String,
        path: String,
        body: String,
        session: String
    ) async throws {
        let (upstream, _) = recording()
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        let length = method == "GET" ? "" : "Content-Length: \(body.utf8.count)\r\n"
        let answer = fixture.answer(
            "\(method) \(realm)\(path) HTTP/1.1\r\nHost: x\r\n\(length)\r\n\(body)"
        )
        #expect(answer?.status == 200)
        #expect(fixture.revoked.count == 1)
        #expect(await fixture.revoked.next() == (session.isEmpty ? .unknown : .session(session)))
    }

    @Test func `other requests end no session`() throws {
        let (upstream, _) = recording()
        let fixture = try ProxyFixture(upstream)
        defer { withExtendedLifetime(fixture) {} }
        for path in [
            "/protocol/openid-connect/token", "/protocol/openid-connect/certs", "/account", "",
        ] {
            #expect(fixture.get(realm + path)?.status == 200)
        }
        #expect(fixture.revoked.count == 0)
    }
}
