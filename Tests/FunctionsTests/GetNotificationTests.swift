import Functions
import Testing

struct GetNotificationTests {
    @Test func `a letter is there from the moment its order is answered`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com", locale: "en-GB")
        let order = try await store.order("tea", 10).order
        let id = try #require(try await store.letters(of: .alice).first).id
        let reply = try await store.output(GetNotification.self, .init(letterID: id))

        let text = reply.letter.text
        #expect(text.subject.isEmpty == false)
        #expect(text.text.contains("tea"))
        let json = try JSON.parse(reply.rendered)
        #expect(
            json == [
                "id": .string(id.description), "userId": .string(Person.alice.id.description),
                "orderId": .string(order.id.description), "kind": "happy", "channel": "email",
                "recipient": "alice@example.com", "subject": .string(text.subject),
                "body": .string(text.text), "status": "queued",
                "createdAt": "2025-11-25T11:00:00.000Z",
            ]
        )
    }

    @Test func `the owner and an operator see a letter, nobody else does`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        _ = try await store.order("tea", 1)
        let input = GetNotification.Input(
            letterID: try #require(try await store.letters(of: .alice).first).id
        )
        let own = try await store.output(GetNotification.self, input)
        let operated = try await store.output(GetNotification.self, input, as: Person.olga.caller)
        #expect(operated.rendered == own.rendered)
        let foreign = await problem(GetNotification.Code.self) {
            try await store.output(GetNotification.self, input, as: Person.bob.caller)
        }
        #expect(foreign?.code == .notificationMissing)
        #expect(foreign?.code.status == 404)
    }
}
