import Functions
import Testing

struct OpenAccountTests {
    @Test func `the first call opens the account and the second finds the same one`() async throws {
        let store = try await TestStore()
        let input = OpenAccount.Input(userID: Person.alice.id)

        let opened = try await store.output(OpenAccount.self, input)
        store.clock.advance(seconds: 5)
        let found = try await store.output(OpenAccount.self, input)

        #expect(opened.status == 201)
        #expect(found.status == 200)
        #expect(found.rendered == opened.rendered)
        #expect(
            opened.rendered == """
                {"userId":"\(Person.alice.id)","balance":0,"currency":"RUB",\
                "createdAt":"2025-11-25T11:00:00.000Z"}
                """
        )
    }

    @Test func `an empty body means the caller's own account`() throws {
        let decoded = try OpenAccount.decode("{}")
        #expect(decoded.input?.userID == Person.alice.id)
        #expect(decoded.namesForeignUser == false)
        #expect(OpenAccount.input.mayBeEmpty)
    }

    @Test func `an operator names another user, a user only themselves`() throws {
        let body = #"{"userId":"\#(Person.bob.id)"}"#
        let own = try OpenAccount.decode(body, as: Person.bob.caller)
        let foreign = try OpenAccount.decode(body)
        let operated = try OpenAccount.decode(body, as: Person.olga.caller)

        #expect(own.namesForeignUser == false)
        #expect(own.canonical == (try OpenAccount.decode("{}", as: Person.bob.caller)).canonical)
        #expect(foreign.namesForeignUser)
        #expect(foreign.problems.isEmpty)
        #expect(operated.namesForeignUser == false)
        #expect(operated.input?.userID == Person.bob.id)
    }

    @Test(arguments: [#""me""#, "null", "1", #""6f1d2c7a""#, #""""#])
    func `in a body only a UUID names a user`(value: String) throws {
        let decoded = try OpenAccount.decode(#"{"userId":\#(value)}"#)
        #expect(decoded.input == nil)
        #expect(decoded.problems == ["/userId must be a UUID"])
    }

    @Test func `the owner's claims become the contact and replace it later`() async throws {
        let store = try await TestStore()
        let alice = Person.alice
        try await store.open(alice, 10, email: "Alice@Example.com", phone: "+4915112345678")
        _ = try await store.order("tea", 1)
        try await store.open(alice, email: "new@example.com")
        _ = try await store.order("tea", 1)

        let recipients = try await store.letters(of: alice).map(\.recipient)
        #expect(recipients == ["new@example.com", "alice@example.com"])
        // What the newer token leaves out stays.
        _ = try await store.order("tea", 1, .of(.sms))
        #expect(try await store.letters(of: alice).first?.recipient == "+4915112345678")
    }

    @Test func `claims that break register's rules are passed over`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "not an address", phone: "112", locale: "??")
        _ = try await store.order("tea", 1)

        let letter = try #require(try await store.letters(of: .alice).first)
        #expect(letter.recipient == nil)
        #expect(letter.status == .failed)
        #expect(letter.locale == nil)
    }

    @Test func `who opens another's account gives no contact`() async throws {
        let store = try await TestStore()
        try await store.output(
            OpenAccount.self,
            .init(userID: Person.alice.id),
            as: Person.olga.caller.claiming(email: "olga@example.com")
        )
        _ = try await store.order("tea", 1)
        #expect(try await store.letters(of: .alice).map(\.recipient) == [nil])
    }
}
