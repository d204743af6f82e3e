import Functions
import Runner
import Testing

@Suite struct TokenAdministrationTests {
    private static let minted: TokenFixture.Answer = (
        200, "{\"access_token\":\"t1\",\"expires_in\":60}"
    )
    private static let user = IdentityAdministration.NewUser(
        email: "carol@example.org",
        password: "carol \"password\"",
        firstName: "Carol",
        lastName: "Sidorova",
        phone: "+79990000003",
        locale: nil
    )

    private func fixture(
        _ answer: @escaping @Sendable (Received) -> TokenFixture.Answer?
    ) throws -> (TokenFixture, KeycloakAdministration) {
        let fixture = try TokenFixture { request in
            request.line.contains("/token ") ? Self.minted : answer(request)
        }
        let administration = KeycloakAdministration(
            client: fixture.client,
            address: fixture.address,
            credentials: ClientCredentials(id: "gateway-admin", secret: Secret("s"))
        )
        return (fixture, administration)
    }

    private func create(_ answer: TokenFixture.Answer) async throws -> String {
        let (fixture, administration) = try fixture { _ in answer }
        defer { withExtendedLifetime(fixture) {} }
        do throws(KeycloakTrouble) {
            switch try await administration.createUser(Self.user) {
            case .created(let id): return "created \(id)"
            case .exists: return "exists"
            case .refused(let problems):
                return problems.map { "\($0.place) \($0.detail)" }.joined(separator: "; ")
            }
        } catch {
            return "trouble \(error.reason)"
        }
    }

    @Test func `a user is created with everything that was given, under one token for many`()
        async throws
    {
        let received = Mailbox<Received>()
        let upstreamID = "33c28b7a-15f6-44f4-bea1-ccbb70eb849e"
        let upstream = FakeUpstream { peer, _ in
            while let request = peer.request() {
                received.put(request)
                if request.line.contains("/token ") {
                    peer.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: \(Self.minted.body.utf8.count)\r\n\r\n\(Self.minted.body)"
                    )
                } else {
                    let location = "http://internal:8080/auth/admin/realms/otus/users/\(upstreamID)"
                    peer.send(
                        "HTTP/1.1 201 Created\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
                    )
                }
            }
            peer.close()
        }
        let address = try #require(
            KeycloakAddress(
                keycloakURL: "http://127.0.0.1:\(upstream.port)/auth",
                publicURL: "http://localhost:8080",
                realm: "otus"
            )
        )
        let administration = KeycloakAdministration(
            client: CurlClient(),
            address: address,
            credentials: ClientCredentials(id: "gateway-admin", secret: Secret("s"))
        )
        for _ in 0..<2 {
            guard case .created(let id) = try await administration.createUser(Self.user) else {
                Issue.record("not created")
                return
            }
            #expect(id.uuid.text == upstreamID)
        }
        #expect(received.count == 3)
        #expect(await received.next().text == "grant_type=client_credentials")
        let request = await received.next()
        #expect(request.line == "POST /auth/admin/realms/otus/users HTTP/1.1")
        #expect(request.all("Authorization") == ["Bearer t1"])
        #expect(
            request.text == "{\"username\":\"carol@example.org\",\"email\":\"carol@example.org\","
                + "\"firstName\":\"Carol\",\"lastName\":\"Sidorova\",\"enabled\":true,"
                + "\"attributes\":{\"phoneNumber\":[\"+79990000003\"]},"
                + "\"credentials\":[{\"type\":\"password\",\"value\":\"carol \\\"password\\\"\",\"temporary\":false}]}"
        )
    }

    @Test func `what Keycloak has against a user is told at the client's own members`() async throws
    {
        #expect(
            try await create((409, "{\"errorMessage\":\"User exists with same email\"}"))
                == "exists"
        )
        let password = try await create(
            (
                400,
                "{\"error\":\"invalidPasswordMinLengthMessage\",\"error_description\":\"Invalid password: minimum length 8.\"}"
            )
        )
        #expect(password == "pointer(\"/password\") Invalid password: minimum length 8.")
        let name = try await create(
            (
                400,
                "{\"field\":\"username\",\"errorMessage\":\"error-username-invalid-character\",\"params\":[\"username\"]}"
            )
        )
        #expect(name.hasPrefix("pointer(\"/email\") "))
        let two = try await create(
            (
                400,
                "{\"errors\":[{\"field\":\"firstName\",\"errorMessage\":\"error-invalid-length-too-long\",\"params\":[\"firstName\",null,255]},"
                    + "{\"field\":\"phoneNumber\",\"errorMessage\":\"no\"}]}"
            )
        )
        #expect(
            two.hasPrefix(
                "pointer(\"/firstName\") At most 255 characters are taken.; pointer(\"/phone\") "
            )
        )
    }

    @Test(arguments: [
        (400, "{\"error\":\"Invalid json representation\"}"), (400, "rubbish"), (201, ""),
        (200, "{}"),
        (403, "{\"error\":\"HTTP 403 Forbidden\"}"), (500, ""), (401, "{}"),
    ])
    func `any other answer is trouble`(status: Int, body: String) async throws {
        #expect(try await create((status, body)).hasPrefix("trouble "))
    }

    @Test func `an administrator's token that is not taken any more is renewed once`() async throws
    {
        let (fixture, administration) = try fixture { _ in
            (401, "{\"error\":\"HTTP 401 Unauthorized\"}")
        }
        await #expect(throws: KeycloakTrouble.self) {
            try await administration.findUser(email: "a@b.c")
        }
        let lines = await [
            fixture.asked.next(), fixture.asked.next(), fixture.asked.next(), fixture.asked.next(),
        ]
        .map { $0.line.contains("/token ") ? "token" : "users" }
        #expect(lines == ["token", "users", "token", "users"])
        #expect(fixture.asked.count == 0)
    }

    @Test func `a user is found by e-mail in any letter case, and only that one`() async throws {
        let id = "33c28b7a-15f6-44f4-bea1-ccbb70eb849e"
        let one =
            "{\"id\":\"\(id)\",\"email\":\"Carol@Example.org\",\"createdTimestamp\":1795456145748}"
        let (fixture, administration) = try fixture { _ in (200, "[\(one)]") }
        let found = try await administration.findUser(email: "carol@example.org")
        #expect(found?.id.uuid.text == id && found?.createdAt.milliseconds == 1_795_456_145_748)
        _ = await fixture.asked.next()
        let line = await fixture.asked.next().line
        #expect(
            line
                == "GET /auth/admin/realms/otus/users?email=carol%40example.org&exact=true HTTP/1.1"
        )
        #expect(try await administration.findUser(email: "other@example.org") == nil)
        fixture.answer { $0.line.contains("/token ") ? Self.minted : (200, "[]") }
        #expect(try await administration.findUser(email: "carol@example.org") == nil)
        fixture.answer { $0.line.contains("/token ") ? Self.minted : (200, "[\(one),\(one)]") }
        await #expect(throws: KeycloakTrouble.self) {
            try await administration.findUser(email: "carol@example.org")
        }
    }

    @Test func `the self-test names what is wrong`() async throws {
        let fixture = try TokenFixture { _ in nil }
        func findings(_ changes: KeyValuePairs<String, JSON>, isActive: Bool) async throws -> String
        {
            let token = TokenText.make(fixture.claims(changes))
            fixture.answer {
                $0.line.contains("/introspect ")
                    ? (200, "{\"active\":\(isActive)}")
                    : (200, "{\"access_token\":\"\(token)\",\"expires_in\":60}")
            }
            let test = TokenSelfTest(
                client: fixture.client,
                address: fixture.address,
                credentials: ClientCredentials(id: "gateway", secret: Secret("s")),
                clock: fixture.time.clock
            )
            return try await test.look().findings.map(\.text).joined(separator: "|")
        }
        #expect(try await findings([:], isActive: true).contains("as it should"))
        #expect(try await findings([:], isActive: false).contains("KC_HOSTNAME"))
        #expect(try await findings(["aud": "account"], isActive: false).contains("audience mapper"))
        #expect(
            try await findings(["iss": "http://k/auth/realms/otus"], isActive: true).contains(
                "PUBLIC_URL"
            )
        )
        #expect(
            try await findings(["iat": 1_800_000_100], isActive: true).contains(
                "100 s ahead of ours"
            )
        )
        #expect(
            try await findings(["iat": 1_799_999_900], isActive: true).contains("100 s behind ours")
        )
        fixture.answer { _ in (401, "{\"error\":\"unauthorized_client\"}") }
        let refused = TokenSelfTest(
            client: fixture.client,
            address: fixture.address,
            credentials: ClientCredentials(id: "gateway", secret: Secret("s"))
        )
        #expect(
            try await refused.look().findings.map(\.text).joined().contains(
                "KEYCLOAK_CLIENT_SECRET"
            )
        )
    }
}
