import Functions
import Testing

struct ListNotificationsTests {
    @Test func `every order has one letter, newest first`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com")
        try await store.open(.bob, 10)
        let paid = try await store.order("tea", 10).order
        _ = try await store.order("bob's", 1, as: .bob)
        let rejected = try await store.order("coffee", 1).order

        let letters = try await store.letters(of: .alice)
        #expect(letters.map(\.order) == [rejected, paid])
        #expect(letters.map(\.kind) == [.sad, .happy])
        let all = try await store.output(
            ListNotifications.self,
            .init(whose: .everybody),
            as: Person.olga.caller
        )
        #expect(all.items.map(\.letter.order.title) == ["coffee", "bob's", "tea"])
    }

    @Test func `pages go on where the last one ended`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        for number in 1...3 { _ = try await store.order("tea \(number)", 1) }
        for whose in [Whose.user(Person.alice.id), .everybody] {
            let first = try await store.output(
                ListNotifications.self,
                .init(whose: whose, limit: 2)
            )
            let second = try await store.output(
                ListNotifications.self,
                .init(whose: whose, limit: 2, cursor: first.next)
            )
            #expect(first.items.map(\.letter.order.title) == ["tea 3", "tea 2"])
            #expect(second.items.map(\.letter.order.title) == ["tea 1"])
            #expect(second.next == nil)
        }
    }

    @Test(arguments: [
        (FunctionConfiguration.of(.email), "email", "alice@example.com"),
        (.of(.sms), "sms", "+79161234567"),
        (
            .of(.webhook, webhook: "https://hooks.example.com"), "webhook",
            "https://hooks.example.com"
        ),
    ])
    func `a letter goes by the configured channel`(
        configuration: FunctionConfiguration,
        channel: String,
        recipient: String
    ) async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com", phone: "+79161234567")
        _ = try await store.order("tea", 1, configuration)
        let letter = try #require(try await store.letters(of: .alice).first)
        #expect(letter.channel.rawValue == channel)
        #expect(letter.recipient == recipient)
        #expect(letter.status == .queued)
    }

    @Test func `without a phone it goes by e-mail, without any address it has failed`() async throws
    {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com")
        try await store.open(.bob, 10)
        _ = try await store.order("tea", 1, .of(.sms))
        _ = try await store.order("tea", 1, as: .bob, .of(.sms))

        let alices = try #require(try await store.letters(of: .alice).first)
        #expect(alices.channel == .email)
        #expect(alices.recipient == "alice@example.com")
        let bobs = try #require(try await store.letters(of: .bob).first)
        #expect(bobs.status == .failed)
        #expect(bobs.recipient == nil)
        let page = try await store.output(
            ListNotifications.self,
            .init(whose: .user(Person.bob.id))
        )
        #expect(page.rendered.contains("recipient") == false)
    }
}
