import Functions
import Runner
import Testing

@Suite struct TokenCheckTests {
    @Test func `a good token says whose it is`() async throws {
        let fixture = try TokenFixture { _ in nil }
        let answer = fixture.active()
        fixture.answer { _ in answer }
        let text = TokenText.make(fixture.claims())
        let token = try #require(await fixture.verdict(text).token)
        #expect(token.userID == UUID("b271c1b7-a5da-47f7-94bf-3229a4e18484"))
        #expect(token.caller?.roles == .user)
        #expect(
            token.caller?.claims
                == ContactClaims(email: "alice@example.org", phone: "+79990000001", locale: "ru")
        )
        #expect(
            token.sessionID == "session-1" && token.authorizedParty == "orders-web"
                && token.isEmailVerified
        )
        let asked = await fixture.asked.next()
        #expect(
            asked.line == "POST /auth/realms/otus/protocol/openid-connect/token/introspect HTTP/1.1"
        )
        #expect(asked.text == "token=\(text)")
        #expect(asked.all("Host") == ["localhost:8080"])
        #expect(asked.all("X-Forwarded-Host") == ["localhost:8080"])
        #expect(
            asked.all("X-Forwarded-Proto") == ["http"] && asked.all("X-Forwarded-Port") == ["8080"]
        )
        #expect(
            asked.all("Authorization") == [
                "Basic " + Base64.encode("gateway:gate%20way%26secret".utf8)
            ]
        )
    }

    @Test(arguments: [
        "", "abc", "a.b", "e30.e30", "e30.e30.AA.AA", "e30.e30.AA.AA.AA", "e30.!!.AA", "e30..AA",
        ".e30.AA",
        "eyJhbGciOiJub25lIn0.e30.", "W10.e30.AA",
        TokenText.make([:], header: ["alg": "none"]), TokenText.make([:], header: ["alg": "nOnE"]),
        TokenText.make([:], header: ["alg": "HS256"]),
        TokenText.make([:], header: ["alg": "HS512"]),
        TokenText.make([:], header: ["kid": "k1"]),
        TokenText.make([:], header: ["alg": "RS256", "crit": ["x"]]),
        "eyJhbGciOiJSUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AA", String(repeating: "a", count: 8193),
        TokenText.make(["exp": 1]), TokenText.make(["iss": "http://evil/auth/realms/otus"]),
        TokenText.make(["typ": "Refresh"]), TokenText.make(["typ": "ID"]),
        TokenText.make(["iss": 5]),
        TokenText.make(["nbf": 9_000_000_000]), TokenText.make(["exp": "soon"]),
    ])
    func `what cannot be good is refused without asking anyone`(token: String) async throws {
        let fixture = try TokenFixture { _ in (200, "{\"active\":true}") }
        let verdict = await fixture.verdict(token)
        guard case .invalid = verdict else {
            Issue.record("\(verdict.word)")
            return
        }
        #expect(fixture.asked.count == 0)
        #expect(fixture.log.lines.count == 1)
        #expect(token.isEmpty || !fixture.log.lines[0].contains(token))
    }

    @Test func `a token of 8192 bytes is asked about`() async throws {
        let fixture = try TokenFixture { _ in (200, "{\"active\":false}") }
        let frame = TokenText.make(["x": ""]).utf8.count
        for length in [(8192 - frame) / 4 * 3 - 3] {
            let token = TokenText.make(["x": .string(String(repeating: "a", count: length))])
            #expect(token.utf8.count <= 8192 && token.utf8.count > 8180)
            #expect(await fixture.word(token).hasPrefix("Keycloak says it is not active"))
        }
    }

    /// What introspection says, and what is wrong with it.
    static let claimCases: [(String, JSON, String)] = [
        ("iss", "http://localhost:8080/auth/realms/otus/", "issuer"),
        ("iss", "HTTP://localhost:8080/auth/realms/otus", "issuer"),
        ("iss", .null, "no iss"), ("aud", ["account"], "audience"), ("aud", "account", "audience"),
        ("aud", "Gateway", "audience"), ("aud", "gateway", "valid"),
        ("aud", ["a", "gateway"], "valid"),
        ("aud", .null, "audience"), ("aud", ["gateway", 5], "aud is malformed"),
        ("aud", 5, "aud is malformed"),
        ("typ", "Refresh", "typ"), ("typ", "ID", "typ"), ("typ", "bearer", "typ"),
        ("typ", .null, "no typ"),
        ("typ", "DPoP", "typ"), ("exp", .null, "no exp"), ("exp", 1_800_000_000, "expired"),
        ("exp", 1_800_000_001, "valid"), ("exp", .number("1800000000.5"), "valid"),
        ("exp", .number("1e400"), "valid"), ("exp", .number("-1e400"), "expired"),
        ("exp", 0, "expired"),
        ("nbf", 1_800_000_005, "valid"), ("nbf", 1_800_000_006, "nbf"),
        ("iat", 1_800_000_005, "valid"),
        ("iat", 1_800_000_006, "iat"), ("iat", .null, "valid"), ("nbf", .number("1e999"), "nbf"),
        ("cnf", ["jkt": "x"], "bound"), ("sub", .null, "no sub"), ("sub", "", "no sub"),
        ("sub", "f:x:alice", "valid"), ("realm_access", .null, "valid"),
        ("realm_access", ["roles": []], "valid"),
    ]

    @Test(arguments: claimCases)
    func `claims are judged one by one, in introspection and with keys alike`(
        claim: String,
        value: JSON,
        word: String
    ) async throws {
        let fixture = try TokenFixture { _ in nil }
        let answer = fixture.active([claim: value])
        fixture.answer { _ in answer }
        #expect(await fixture.word(TokenText.make(["sub": "x"])).hasPrefix(word))

        let key = Keys.shared.first
        let local = try TokenFixture(mode: .jwks) { _ in (200, Keys.set([("k1", key)])) }
        #expect(
            await local.word(TokenText.make(fixture.claims([claim: value]), key: key)).hasPrefix(
                word
            )
        )
    }

    @Test func `roles are compared whole`() async throws {
        let fixture = try TokenFixture { _ in nil }
        let names: JSON = ["operators", "Operator", "service ", "user", "us\u{65}\u{301}r"]
        let answer = fixture.active(["realm_access": ["roles": names]])
        fixture.answer { _ in answer }
        let token = await fixture.verdict(TokenText.make(["a": 1])).token
        #expect(token?.caller?.roles == .user)
        let many = fixture.active([
            "realm_access": ["roles": .array((0..<100_000).map { .string("r\($0)") } + ["service"])]
        ])
        fixture.answer { _ in many }
        let second = await fixture.verdict(TokenText.make(["a": 2]))
        #expect(second.token?.caller?.roles == .service || second.word == "unavailable")
    }

    @Test func `a subject that is no UUID is a good token without a caller`() async throws {
        let fixture = try TokenFixture { _ in nil }
        let answer = fixture.active(["sub": "f:7:alice"])
        fixture.answer { _ in answer }
        let token = await fixture.verdict(TokenText.make(["a": 1])).token
        #expect(token?.subject == "f:7:alice" && token?.userID == nil && token?.caller == nil)
    }

    @Test(arguments: [
        (401, "{\"error\":\"invalid_client\"}"), (403, "{\"error\":\"access_denied\"}"),
        (404, "{}"), (429, ""),
        (500, "{}"), (503, "<html>"), (302, ""), (204, ""), (200, "<html>"), (200, "{"),
        (200, "{}"),
        (200, "{\"active\":\"true\"}"), (200, "{\"active\":1}"), (200, "[]"), (200, "null"),
        (200, "{\"active\":true,\"active\":false}"), (200, String(repeating: " ", count: 2 << 20)),
    ])
    func `what is no verdict of Keycloak's is 503 and not kept`(status: Int, body: String)
        async throws
    {
        let fixture = try TokenFixture { _ in (status, body) }
        let token = TokenText.make(fixture.claims())
        #expect(await fixture.word(token) == "unavailable")
        let answer = fixture.active()
        fixture.answer { _ in answer }
        #expect(await fixture.word(token) == "valid")
    }

    @Test func `wrong credentials of ours are named in the log`() async throws {
        let fixture = try TokenFixture { _ in
            (
                401,
                "{\"error\":\"invalid_client\",\"error_description\":\"Client authentication failed.\"}"
            )
        }
        #expect(await fixture.word(TokenText.make(["a": 1])) == "unavailable")
        let line = fixture.log.lines.joined()
        #expect(line.contains("KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET"))
        #expect(!line.contains("gate way&secret"))
    }

    @Test func `a token that Keycloak cannot read is bad, and opens nothing`() async throws {
        let fixture = try TokenFixture { _ in (400, "{\"error\":\"invalid_request\"}") }
        for number in Int64(0)..<20 {
            #expect(
                await fixture.word(TokenText.make(["a": .integer(number)]))
                    == "Keycloak cannot read it"
            )
        }
        let answer = fixture.active()
        fixture.answer { _ in answer }
        #expect(await fixture.word(TokenText.make(["b": 1])) == "valid")
    }
}

/// Keys that are made once: making one takes a while.
struct Keys {
    static let shared = Keys()

    let first = PrivateKey.generate()
    let second = PrivateKey.generate()

    /// A key set with these keys, and what a real one has beside them.
    static func set(_ keys: [(String, PrivateKey)]) -> String {
        let entries = keys.map { id, key -> JSON in
            [
                "kid": .string(id), "kty": "RSA", "alg": "RS256", "use": "sig",
                "n": .string(Base64.encodeURL(key.modulus)),
                "e": .string(Base64.encodeURL(key.exponent)),
            ]
        }
        let others: [JSON] = [
            [
                "kid": "enc", "kty": "RSA", "alg": "RSA-OAEP", "use": "enc", "n": "AQAB",
                "e": "AQAB",
            ],
            ["kid": "odd", "kty": "OKP", "crv": "Ed25519", "x": "AA"], ["kty": 5], "text",
        ]
        return (["keys": .array(others + entries)] as JSON).text
    }
}
