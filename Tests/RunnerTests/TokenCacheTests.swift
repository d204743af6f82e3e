import Functions
import Runner
import Testing

@Suite struct TokenCacheTests {
    @Test func `an answer is kept for its seconds, and never beyond the token's end`() async throws
    {
        let fixture = try TokenFixture { _ in nil }
        let answer = fixture.active()
        fixture.answer { _ in answer }
        let token = TokenText.make(["a": 1])
        #expect(await fixture.word(token) == "valid")
        fixture.time.advance(4.9)
        #expect(await fixture.word(token) == "valid")
        #expect(fixture.asked.count == 1)
        fixture.time.advance(0.2)
        #expect(await fixture.word(token) == "valid")
        #expect(fixture.asked.count == 2)
        let short = fixture.active(["exp": .integer(Int64(fixture.time.now) + 2)])
        fixture.answer { _ in short }
        let second = TokenText.make(["b": 1])
        #expect(await fixture.word(second) == "valid")
        fixture.time.advance(2)
        #expect(await fixture.word(second) == "expired")
    }

    @Test func `with a cache of 0 seconds every call asks`() async throws {
        let fixture = try TokenFixture(cacheSeconds: 0) { _ in nil }
        let answer = fixture.active()
        fixture.answer { _ in answer }
        let token = TokenText.make(["a": 1])
        for _ in 0..<3 { #expect(await fixture.word(token) == "valid") }
        #expect(fixture.asked.count == 3)
    }

    @Test func `a bad token is asked about each time`() async throws {
        let fixture = try TokenFixture { _ in (200, "{\"active\":false}") }
        let token = TokenText.make(["a": 1])
        _ = await fixture.word(token)
        let answer = fixture.active()
        fixture.answer { _ in answer }
        #expect(await fixture.word(token) == "valid")
    }

    @Test func `many callers with one token ask once, and one who leaves ends nothing`()
        async throws
    {
        let fixture = try TokenFixture { _ in nil }
        let gate = Mailbox<Void>()
        let door = Door()
        let answer = fixture.active()
        fixture.answer { _ in
            gate.put(())
            door.wait()
            return answer
        }
        let token = TokenText.make(["a": 1])
        let verdicts = Mailbox<TokenVerdict>()
        for _ in 0..<100 {
            #expect(fixture.check.check(Array(token.utf8)[...]) { verdicts.put($0) } == nil)
        }
        await gate.next()
        door.open()
        for _ in 0..<100 { #expect(await verdicts.next().word == "valid") }
        #expect(fixture.asked.count == 1)
    }

    @Test func `the end of a session drops its tokens, and an unknown one drops all`() async throws
    {
        let fixture = try TokenFixture { _ in nil }
        let first = fixture.active(["sid": "one"])
        let second = fixture.active(["sid": "two"])
        let service = fixture.active(["sid": .null])
        fixture.answer { $0.text.hasSuffix(TokenText.make(["s": 1])) ? first : second }
        let tokens = [TokenText.make(["s": 1]), TokenText.make(["s": 2]), TokenText.make(["s": 3])]
        for token in tokens.prefix(2) { _ = await fixture.word(token) }
        fixture.answer { _ in service }
        _ = await fixture.word(tokens[2])
        fixture.answer { _ in (200, "{\"active\":false}") }
        fixture.check.revoked(.session("one"))
        #expect(await fixture.word(tokens[0]).contains("not active"))
        #expect(await fixture.word(tokens[1]) == "valid")
        #expect(await fixture.word(tokens[2]) == "valid")
        fixture.check.revoked(.unknown)
        #expect(await fixture.word(tokens[1]).contains("not active"))
        #expect(await fixture.word(tokens[2]).contains("not active"))
    }

    @Test func `an answer under way when a session ends is neither kept nor shared`() async throws {
        let fixture = try TokenFixture { _ in nil }
        let gate = Mailbox<Void>()
        let door = Door()
        let answer = fixture.active()
        fixture.answer { _ in
            gate.put(())
            door.wait()
            return answer
        }
        let token = Array(TokenText.make(["a": 1]).utf8)[...]
        let before = Mailbox<TokenVerdict>()
        let after = Mailbox<TokenVerdict>()
        #expect(fixture.check.check(token) { before.put($0) } == nil)
        await gate.next()
        fixture.check.revoked(.session("another"))
        fixture.answer { _ in (200, "{\"active\":false}") }
        #expect(fixture.check.check(token) { after.put($0) } == nil)
        #expect(await after.next().word.contains("not active"))
        door.open()
        #expect(await before.next().word == "valid")
        #expect(await fixture.word(String(decoding: token, as: UTF8.self)).contains("not active"))
    }

    @Test func `a Keycloak that is gone costs callers nothing once it is noticed`() async throws {
        let fixture = try TokenFixture { _ in nil }
        // Closes without an answer, to the breaker's own question too.
        #expect(await fixture.word(TokenText.make(["a": 1])) == "unavailable")
        var tries = 0
        while fixture.log.lines.allSatisfy({ !$0.hasPrefix("Keycloak does not answer") }) {
            _ = await fixture.word(TokenText.make(["a": .integer(Int64(tries))]))
            tries += 1
            try await Task.sleep(for: .milliseconds(10))
        }
        let asked = fixture.asked.count
        for number in Int64(0)..<100 {
            let token = Array(TokenText.make(["b": .integer(number)]).utf8)[...]
            #expect(fixture.check.check(token) { _ in }?.word == "unavailable")
        }
        // The probe may have asked meanwhile; callers have not.
        #expect(fixture.asked.count <= asked + 3)
        let answer = fixture.active()
        fixture.answer { _ in answer }
        while await fixture.word(TokenText.make(["c": 1])) != "valid" {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(fixture.log.lines.contains("Keycloak answers again"))
    }

    @Test func `a caller's own token cannot shut others out`() async throws {
        let fixture = try TokenFixture { _ in nil }
        let answer = fixture.active()
        let poison = TokenText.make(["poison": true])
        fixture.answer { $0.text.contains(poison) ? nil : answer }
        for _ in 0..<20 { #expect(await fixture.word(poison) == "unavailable") }
        for number in Int64(0)..<20 {
            #expect(await fixture.word(TokenText.make(["a": .integer(number)])) == "valid")
        }
    }
}
