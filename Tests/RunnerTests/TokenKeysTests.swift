import Functions
import Runner
import Testing

@Suite struct TokenKeysTests {
    private let first = Keys.shared.first
    private let second = Keys.shared.second

    private func fixture(_ keys: [(String, PrivateKey)]) throws -> TokenFixture {
        let set = Keys.set(keys)
        return try TokenFixture(mode: .jwks) { _ in (200, set) }
    }

    @Test func `a token is checked by Keycloak's key, which is fetched once`() async throws {
        let fixture = try fixture([("k1", first)])
        for number in Int64(0)..<5 {
            let token = TokenText.make(fixture.claims(["n": .integer(number)]), key: first)
            #expect(await fixture.word(token) == "valid")
        }
        #expect(fixture.asked.count == 1)
        #expect(
            await fixture.asked.next().line
                == "GET /auth/realms/otus/protocol/openid-connect/certs HTTP/1.1"
        )
    }

    @Test func `another key's signature, an altered token and a foreign algorithm are refused`()
        async throws
    {
        let fixture = try fixture([("k1", first)])
        #expect(await fixture.word(TokenText.make(fixture.claims(), key: second)) == "signature")
        #expect(await fixture.word(TokenText.make(fixture.claims())) == "signature")
        let parts = TokenText.make(fixture.claims(), key: first).split(separator: ".")
        let forged = "\(parts[0]).\(TokenText.part(fixture.claims(["sub": "root"]))).\(parts[2])"
        #expect(await fixture.word(forged) == "signature")
        let other = TokenText.make(
            fixture.claims(),
            header: ["alg": "RS512", "kid": "k1"],
            key: first
        )
        #expect(await fixture.word(other) == "signature")
        let embedded: JSON = [
            "alg": "RS256", "kid": "x", "jwk": ["kty": "RSA"], "jku": "http://127.0.0.1:1/",
        ]
        #expect(
            await fixture.word(TokenText.make(fixture.claims(), header: embedded, key: second))
                == "no key of Keycloak's signed it"
        )
    }

    @Test func `unknown keys make no more than one fetch in 30 seconds, and good tokens go on`()
        async throws
    {
        let fixture = try fixture([("k1", first)])
        let good = TokenText.make(fixture.claims(), key: first)
        #expect(await fixture.word(good) == "valid")
        for number in 0..<200 {
            let header: JSON = ["alg": "RS256", "kid": .string("../../dev/null' OR \(number)")]
            let token = TokenText.make(fixture.claims(), header: header, key: second)
            #expect(await fixture.word(token) == "no key of Keycloak's signed it")
        }
        #expect(await fixture.word(TokenText.make(fixture.claims(["a": 1]), key: first)) == "valid")
        #expect(fixture.asked.count == 1)
        fixture.time.advance(31)
        let header: JSON = ["alg": "RS256", "kid": "x"]
        #expect(
            await fixture.word(TokenText.make(fixture.claims(), header: header))
                == "no key of Keycloak's signed it"
        )
        #expect(fixture.asked.count == 2)
    }

    @Test func `a new key is found within a cooldown, and good keys outlive a failed fetch`()
        async throws
    {
        let fixture = try fixture([("k1", first)])
        let header: JSON = ["alg": "RS256", "kid": "k2"]
        #expect(await fixture.word(TokenText.make(fixture.claims(), key: first)) == "valid")
        let both = Keys.set([("k1", first), ("k2", second)])
        for broken in ["{\"keys\":[]}", "{", "", "<html>"] {
            fixture.answer { _ in (200, broken) }
            fixture.time.advance(31)
            let rotated = TokenText.make(fixture.claims(), header: header, key: second)
            #expect(await fixture.word(rotated) == "unavailable")
            #expect(await fixture.word(TokenText.make(fixture.claims(), key: first)) == "valid")
        }
        fixture.answer { _ in (200, both) }
        fixture.time.advance(31)
        #expect(
            await fixture.word(TokenText.make(fixture.claims(), header: header, key: second))
                == "valid"
        )
    }

    @Test func `without keys nobody gets in, and it is tried again`() async throws {
        let fixture = try TokenFixture(mode: .jwks) { _ in (500, "") }
        let token = TokenText.make(fixture.claims(), key: first)
        #expect(await fixture.word(token) == "unavailable")
        #expect(await fixture.word(token) == "unavailable")
        #expect(fixture.asked.count == 1)
        let set = Keys.set([("k1", first)])
        fixture.answer { _ in (200, set) }
        fixture.time.advance(1)
        while await fixture.word(token) != "valid" {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(fixture.asked.count == 2)
    }

    @Test func `a set that is old is fetched anew, in the background`() async throws {
        let fixture = try fixture([("k1", first)])
        #expect(await fixture.word(TokenText.make(fixture.claims(), key: first)) == "valid")
        _ = await fixture.asked.next()
        fixture.time.advance(301)
        #expect(await fixture.word(TokenText.make(fixture.claims(), key: first)) == "valid")
        #expect(await fixture.asked.next().line.hasPrefix("GET "))
    }
}
