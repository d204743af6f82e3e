import Functions
import Testing

@testable import Runner

struct ServiceTokenTests {
    private static let refusal: TokenFixture.Answer = (503, "{}")

    private static func minted(_ text: String, _ seconds: Int) -> TokenFixture.Answer {
        (200, #"{"access_token":"\#(text)","expires_in":\#(seconds)}"#)
    }

    private func token(_ fixture: TokenFixture) -> ServiceToken {
        ServiceToken(
            client: fixture.client,
            address: fixture.address,
            credentials: ClientCredentials(id: "functions", secret: Secret("s")),
            secretSetting: "KEYCLOAK_SERVICE_CLIENT_SECRET",
            clock: fixture.time.clock
        )
    }

    /// A fifth of a token's life is left for it to be used in, or half a minute of a long one.
    @Test(arguments: [(10, 8.0), (60, 48.0), (300, 270.0)])
    func `it is renewed before it ends, and not earlier`(life: Int, renewal: Double) async throws {
        let fixture = try TokenFixture { _ in Self.minted("first", life) }
        let token = token(fixture)
        #expect(try await token.text() == "first")
        fixture.answer { _ in Self.minted("second", life) }

        fixture.time.advance(renewal - 0.5)
        #expect(try await token.text() == "first")
        #expect(fixture.asked.count == 1)
        fixture.time.advance(0.5)
        #expect(try await token.text() == "second")
        #expect(try await token.text() == "second")
        #expect(fixture.asked.count == 2)
    }

    @Test func `one that cannot be renewed is used until its end`() async throws {
        let fixture = try TokenFixture { _ in Self.minted("first", 10) }
        let token = token(fixture)
        #expect(try await token.text() == "first")
        fixture.answer { _ in Self.refusal }

        fixture.time.advance(8.5)
        #expect(try await token.text() == "first")
        // Keycloak is left alone for a second then.
        #expect(try await token.text() == "first")
        #expect(fixture.asked.count == 2)
        fixture.time.advance(1.25)
        #expect(try await token.text() == "first")
        #expect(fixture.asked.count == 3)
        fixture.time.advance(0.25)
        await #expect(throws: KeycloakTrouble.self) { try await token.text() }
        fixture.answer { _ in Self.minted("second", 10) }
        #expect(try await token.text() == "second")
    }

    @Test func `one that was not taken is not used again, though it cannot be renewed`()
        async throws
    {
        let fixture = try TokenFixture { _ in Self.minted("first", 300) }
        let token = token(fixture)
        #expect(try await token.text() == "first")
        fixture.answer { _ in Self.refusal }
        await token.drop("another")
        #expect(try await token.text() == "first")
        await token.drop("first")
        await #expect(throws: KeycloakTrouble.self) { try await token.text() }
    }

    @Test func `it is asked for once, however many wait`() async throws {
        let door = Door()
        let fixture = try TokenFixture { _ in
            door.wait()
            return Self.minted("only", 300)
        }
        let token = token(fixture)
        let begun = Mailbox<Void>()
        let texts = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    begun.put(())
                    return try? await token.text()
                }
            }
            for _ in 0..<32 { await begun.next() }
            door.open()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts == Array(repeating: "only", count: 32))
        #expect(fixture.asked.count == 1)
    }
}
