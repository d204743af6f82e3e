import Functions
import Testing

@testable import Runner

/// What is wrong with a Keycloak, as the tokens that it makes show it.
struct RealmFault: Sendable, CustomTestStringConvertible {
    let name: String
    /// The claims of every token that it makes.
    var changes: KeyValuePairs<String, JSON> = [:]
    var algorithm: JSON = "RS256"
    /// What the log has to name.
    let cause: String

    var testDescription: String { name }
    var header: JSON { ["alg": algorithm, "kid": "k1"] }

    static let issuer = RealmFault(
        name: "issuer",
        changes: ["iss": "http://elsewhere/auth/realms/otus"],
        cause: "KC_HOSTNAME"
    )
    static let audience = RealmFault(
        name: "audience",
        changes: ["aud": "account"],
        cause: "audience mapper"
    )
    static let ahead = RealmFault(
        name: "clock ahead",
        changes: ["iat": 1_800_000_100, "exp": 1_800_000_400],
        cause: "100 s ahead of ours"
    )
    static let behind = RealmFault(
        name: "clock behind",
        changes: ["iat": 1_799_999_600, "exp": 1_799_999_900],
        cause: "400 s behind ours"
    )
    static let algorithm = RealmFault(
        name: "algorithm",
        algorithm: "ES512",
        cause: "default signature algorithm"
    )
    static let all = [issuer, audience, ahead, behind, algorithm]
}

/// A Keycloak that signs with a key of its own and knows its own tokens.
private struct Realm {
    static let key = Keys.shared.first
    static let keys = Keys.set([("k1", key)])

    let fixture: TokenFixture

    init(_ mode: Settings.TokenCheck = .introspection) throws {
        fixture = try TokenFixture(mode: mode) { _ in nil }
    }

    var health: TokenHealth { fixture.check.health }

    var test: TokenSelfTest {
        TokenSelfTest(
            client: fixture.client,
            address: fixture.address,
            credentials: ClientCredentials(id: "gateway", secret: Secret("s")),
            clock: fixture.time.clock
        )
    }

    func token(
        _ changes: KeyValuePairs<String, JSON> = [:],
        header: JSON = ["alg": "RS256", "kid": "k1"]
    ) -> String {
        TokenText.make(fixture.claims(changes), header: header, key: Self.key)
    }

    func token(_ fault: RealmFault) -> String { token(fault.changes, header: fault.header) }

    /// From now on its own token is `own`; which genuine ones are active, `isActive` says.
    func answers(own: String, isActive: @escaping @Sendable (JSON) -> Bool = { _ in true }) {
        fixture.answer { request in
            if request.line.contains("/certs ") { return (200, Self.keys) }
            guard request.line.contains("/introspect ") else {
                return (200, "{\"access_token\":\"\(own)\",\"expires_in\":60}")
            }
            return Self.introspection(request.text.dropFirst(6), isActive)
        }
    }

    private static func introspection(
        _ text: Substring,
        _ isActive: (JSON) -> Bool
    ) -> TokenFixture.Answer {
        guard let token = SignedToken(text.utf8), case .object(let members) = token.claims,
            let set = JSONWebKeySet(ContiguousArray(keys.utf8)),
            TokenSignature.verify(token, with: set) == .valid || token.algorithm == "ES512",
            isActive(token.claims)
        else { return (200, "{\"active\":false}") }
        return (200, JSON.object(members + [JSON.Member("active", true)]).text)
    }

    func look() async throws { health.learn(try await test.look()) }
}

@Suite struct TokenHealthTests {
    static let modes = [Settings.TokenCheck.introspection, .jwks]

    @Test(arguments: modes, RealmFault.all)
    func `what only Keycloak's fault condemns cannot be judged, until that is mended`(
        mode: Settings.TokenCheck,
        fault: RealmFault
    ) async throws {
        let realm = try Realm(mode)
        let token = realm.token(fault)
        realm.answers(own: token)
        guard case .invalid = await realm.fixture.verdict(token) else {
            Issue.record("excused before anybody has looked")
            return
        }
        try await realm.look()
        #expect(await realm.fixture.word(token) == "unavailable")
        let lines = realm.fixture.log.lines.suffix(2)
        #expect(lines.first?.hasPrefix("token not judged check=") == true)
        #expect(lines.last?.hasPrefix("tokens cannot be checked reason=") == true)
        #expect(lines.allSatisfy { $0.contains(fault.cause) && !$0.contains(token) })
        #expect(await realm.fixture.word(realm.token(["n": 1])) == "valid")

        realm.answers(own: realm.token())
        try await realm.look()
        guard case .invalid = await realm.fixture.verdict(token) else {
            Issue.record("excused for what is mended")
            return
        }
        #expect(await realm.fixture.word(realm.token(["n": 2])) == "valid")
    }

    @Test(arguments: modes, RealmFault.all)
    func `what else is wrong with a token is its own fault`(
        mode: Settings.TokenCheck,
        fault: RealmFault
    ) async throws {
        let realm = try Realm(mode)
        realm.answers(own: realm.token(fault))
        try await realm.look()
        func changed(_ claim: String, _ value: JSON) -> String {
            var claims = Array(fault.changes).filter { $0.key != claim }
            claims.append((claim, value))
            let members = claims.map { JSON.Member($0.0, $0.1) }
            guard case .object(let base) = realm.fixture.claims() else { return "" }
            let kept = base.filter { member in !members.contains { $0.name == member.name } }
            return TokenText.make(.object(kept + members), key: Realm.key)
        }
        let forged = TokenText.make(realm.fixture.claims(fault.changes))
        let bad = [
            ("x.y.z", "not a signed token"), (changed("typ", "Refresh"), "typ"),
            (changed("iss", "http://evil/auth/realms/otus"), "issuer http://evil"),
            (changed("sub", ""), "no sub"), (changed("aud", 5), "aud is malformed"),
            (changed("exp", 1_700_000_000), "expired"), (changed("cnf", ["jkt": "x"]), "bound"),
            (forged, mode == .jwks ? "signature" : "Keycloak says it is not active"),
            (realm.token(header: ["alg": "HS256"]), "algorithm HS256"),
        ]
        for (token, word) in bad {
            let found = await realm.fixture.word(token)
            #expect(found.hasPrefix(word), "\(word): \(found)")
        }
    }

    @Test func `a token that has ended by Keycloak's own clock has ended`() async throws {
        let realm = try Realm()
        realm.answers(own: realm.token(["iat": 1_799_999_900]))
        try await realm.look()
        let made: JSON = 1_799_999_000
        let late = realm.token(["iat": made, "exp": 1_799_999_901])
        #expect(await realm.fixture.word(late) == "unavailable")
        let ended = realm.token(["iat": made, "exp": 1_799_999_900])
        #expect(await realm.fixture.word(ended) == "expired")
    }

    @Test func `where a fresh token of our own is inactive, so may be any`() async throws {
        let realm = try Realm()
        realm.answers(own: realm.token()) { _ in false }
        try await realm.look()
        #expect(await realm.fixture.word(realm.token(["n": 1])) == "unavailable")
        #expect(realm.fixture.log.lines.last?.contains("KC_PROXY_HEADERS") == true)
        #expect(await realm.fixture.word(realm.token(["typ": "ID"])).hasPrefix("typ"))
    }

    @Test func `for want of the audience only a token is excused that lacks it`() async throws {
        let realm = try Realm()
        realm.answers(own: realm.token(.audience)) { _ in false }
        try await realm.look()
        #expect(await realm.fixture.word(realm.token(["aud": "account"])) == "unavailable")
        let lightweight = realm.token(["aud": .null])
        #expect(await realm.fixture.word(lightweight) == "unavailable")
        #expect(await realm.fixture.word(realm.token()).hasPrefix("Keycloak says"))
    }

    @Test(arguments: [401, 200])
    func `a wrong issuer shows without a token of our own`(introspection: Int) async throws {
        let realm = try Realm()
        let fixture = realm.fixture
        fixture.answer { request in
            if request.line.contains("/.well-known/openid-configuration ") {
                return (200, "{\"issuer\":\"http://elsewhere/auth/realms/otus\"}")
            }
            return request.line.contains("/introspect ")
                ? (introspection, "{\"active\":false}")
                : (401, "{\"error\":\"unauthorized_client\"}")
        }
        let found = try await realm.test.look()
        let texts = found.findings.map(\.text).joined(separator: "|")
        #expect(texts.contains("KC_HOSTNAME"))
        let named = introspection == 401 ? "KEYCLOAK_CLIENT_SECRET" : "service account"
        #expect(texts.contains(named))
        #expect(!found.isWell)
        realm.health.learn(found)
        let active = fixture.active(["iss": "http://elsewhere/auth/realms/otus"])
        fixture.answer { _ in introspection == 401 ? (401, "{}") : active }
        #expect(await fixture.word(realm.token(.issuer)) == "unavailable")
    }

    @Test func `the self-test looks until all is well, and again where tokens are refused`()
        async throws
    {
        let realm = try Realm()
        let log = TokenLog()
        realm.answers(own: realm.token(.audience))
        let test = realm.test
        let health = realm.health
        let task = Task {
            await test.run(
                telling: health,
                log: log,
                pauses: .milliseconds(1) ... .milliseconds(5)
            )
        }
        for _ in 0..<20 { _ = await realm.fixture.asked.next() }
        #expect(try await becomesTrue { !health.diagnosis.isWell })
        realm.answers(own: realm.token())
        #expect(try await becomesTrue { health.diagnosis.isWell })
        #expect(log.lines.count == 2 && log.lines[0].contains("audience mapper"))
        #expect(log.lines.last == "Keycloak makes and checks tokens as it should")

        realm.answers(own: realm.token(.issuer))
        #expect(await realm.fixture.word(realm.token(.issuer)).hasPrefix("issuer"))
        #expect(try await becomesTrue { !health.diagnosis.isWell })
        #expect(await realm.fixture.word(realm.token(.issuer)) == "unavailable")
        task.cancel()
        await task.value
        #expect(log.lines.count == 3)
    }
}
