import Functions
import Testing

struct CreateOrderTests {
    @Test func `what the account covers is paid`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com")
        let reply = try await store.order("tea", 10)

        #expect(reply.status == 201)
        #expect(reply.problem == nil)
        #expect(reply.locationField == "/api/orders/\(reply.order.id)")
        #expect(
            reply.rendered == """
                {"id":"\(reply.order.id)","userId":"\(Person.alice.id)","title":"tea","price":10,\
                "currency":"RUB","status":"paid","createdAt":"2025-11-25T11:00:00.000Z"}
                """
        )
        #expect(try await store.balance(of: .alice) == 0)
        let letter = try #require(try await store.letters(of: .alice).first)
        #expect(letter.kind == .happy)
        #expect(letter.status == .queued)
        #expect(letter.order == reply.order)
    }

    @Test func `a minor unit too dear is rejected, kept and listed`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com")
        let reply = try await store.order("tea", 11)

        #expect(reply.status == 402)
        #expect(reply.problem?.code == "insufficientFunds")
        #expect(reply.problem?.member == "order")
        #expect(reply.locationField == "/api/orders/\(reply.order.id)")
        #expect(
            reply.rendered == """
                {"id":"\(reply.order.id)","userId":"\(Person.alice.id)","title":"tea","price":11,\
                "currency":"RUB","status":"rejected","reason":"insufficient-funds",\
                "createdAt":"2025-11-25T11:00:00.000Z"}
                """
        )
        #expect(try await store.balance(of: .alice) == 10)
        let found = try await store.output(GetOrder.self, .init(orderID: reply.order.id))
        #expect(found.status == 200)
        #expect(found.rendered == reply.rendered)
        #expect(found.locationField == nil)
        #expect(try await store.letters(of: .alice).map(\.kind) == [.sad])
    }

    @Test(arguments: [10, 11])
    func `the same key orders once and answers the same bytes`(price: Int64) async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let input = CreateOrder.Input(title: "tea", price: price, userID: Person.alice.id)
        let first = try await store.output(CreateOrder.self, input, key: .named(1))
        store.clock.advance(seconds: 60)
        try await store.open(.alice, 1_000)
        let again = try await store.output(CreateOrder.self, input, key: .named(1))

        #expect(again.status == first.status)
        #expect(again.locationField == first.locationField)
        #expect(again.rendered == first.rendered)
        #expect(try await store.letters(of: .alice).count == 1)
    }

    @Test func `without an account nothing happens, and the key keeps that`() async throws {
        let store = try await TestStore()
        let input = CreateOrder.Input(title: "tea", price: 1, userID: Person.alice.id)
        for _ in 0..<2 {
            let refused = await problem(CreateOrder.Code.self) {
                try await store.output(CreateOrder.self, input, key: .named(1))
            }
            #expect(refused?.code == .accountMissing)
            #expect(refused?.detail.contains("new Idempotency-Key") == true)
            try await store.open(.alice, 10)
        }
        let orders = try await store.output(ListOrders.self, .init(whose: .user(Person.alice.id)))
        #expect(orders.items.isEmpty)
    }

    @Test func `an operator's order for a user is the user's`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com")
        try await store.open(.olga, 10, email: "olga@example.com")
        let decoded = try CreateOrder.decode(
            #"{"title":"tea","price":4,"userId":"\#(Person.alice.id)"}"#,
            as: Person.olga.caller
        )
        let input = try #require(decoded.input)
        #expect(decoded.namesForeignUser == false)
        _ = try await store.output(CreateOrder.self, input, as: Person.olga.caller)

        #expect(try await store.balance(of: .alice) == 6)
        #expect(try await store.balance(of: .olga) == 10)
        #expect(try await store.letters(of: .alice).map(\.recipient) == ["alice@example.com"])
    }

    @Test(arguments: [
        "x", "  x ", "\u{1F600}", "e\u{301}", "<b>{{title}}</b>", "\u{2028}x",
        "'; DROP TABLE orders;",
        String(repeating: "é", count: 200),
    ])
    func `a title is kept scalar by scalar`(title: String) async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let body = JSON.object([JSON.Member("title", .string(title)), JSON.Member("price", 1)])
        let input = try #require(try CreateOrder.decode(body.text).input)
        let order = try await store.output(CreateOrder.self, input).order
        let found = try await store.output(GetOrder.self, .init(orderID: order.id)).order
        #expect(found.title.hasSameScalars(as: title))
    }

    @Test(arguments: [
        ("", "must have 1 to 200 characters"),
        (String(repeating: "x", count: 201), "must have 1 to 200 characters"),
        // Two scalars each, one character to the eye.
        (String(repeating: "e\u{301}", count: 101), "must have 1 to 200 characters"),
        (" \u{A0}\u{2003}", "must not be blank"),
        ("a\nb", "must have no control character"),
        ("a\u{7F}", "must have no control character"),
        ("a\u{85}", "must have no control character"),
        ("a\u{FFFE}", "must have no noncharacter"),
        ("\u{10FFFF}", "must have no noncharacter"),
    ])
    func `a title that says nothing readable is refused`(title: String, problem: String) throws {
        let body = JSON.object([JSON.Member("title", .string(title)), JSON.Member("price", 1)])
        #expect(try CreateOrder.decode(body.text).problems == ["/title \(problem)"])
    }

    @Test func `a member's name is compared scalar by scalar`() throws {
        let decoded = try CreateOrder.decode(#"{"title":"x","price":1,"tit\u006ce\u0301":"x"}"#)
        #expect(decoded.problems == ["/title\u{301} is not known"])
    }

    @Test func `a foreign user in the body is foreign only once nothing else is wrong`() throws {
        let decoded = try CreateOrder.decode(
            #"{"title":"tea","price":0,"userId":"\#(Person.bob.id)"}"#
        )
        #expect(decoded.input == nil)
        #expect(decoded.problems == ["/price must be an integer from 1 to 99999999999"])
        #expect(decoded.namesForeignUser)
    }
}
