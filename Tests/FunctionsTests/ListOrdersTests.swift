import Functions
import Testing

struct ListOrdersTests {
    @Test func `a list holds its user's orders alone, newest first`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        try await store.open(.bob, 10)
        let first = try await store.order("first", 1).order
        _ = try await store.order("bob's", 1, as: .bob)
        let rejected = try await store.order("second", 100).order
        // The order is that of the commits, also when the clock goes back.
        store.clock.advance(seconds: -3_600)
        let third = try await store.order("third", 1).order

        let page = try await store.output(ListOrders.self, .init(whose: .user(Person.alice.id)))
        #expect(page.items.map(\.order) == [third, rejected, first])
        #expect(page.next == nil)
    }

    @Test func `without an account a list is empty`() async throws {
        let store = try await TestStore()
        let page = try await store.output(ListOrders.self, .init(whose: .user(Person.alice.id)))
        #expect(page.rendered == #"{"items":[]}"#)
    }

    @Test(arguments: [1, 2, 3, 6])
    func `pages are stable while orders are added, for one user and for everybody`(
        limit: Int
    ) async throws {
        let store = try await TestStore()
        try await store.open(.alice, 100)
        try await store.open(.bob, 100)
        for number in 1...3 {
            _ = try await store.order("alice \(number)", 1)
            _ = try await store.order("bob \(number)", 1_000, as: .bob)
        }
        let alices = try await titles(store, .user(Person.alice.id), limit)
        let everybodys = try await titles(store, .everybody, limit)

        #expect(alices == ["alice 3", "alice 2", "alice 1"])
        #expect(everybodys.filter { $0.hasPrefix("bob") } == ["bob 3", "bob 2", "bob 1"])
        #expect(everybodys.filter { $0.hasPrefix("alice") } == ["alice 3", "alice 2", "alice 1"])
    }

    /// All pages, an order being added behind each; those that were not there at first left out.
    private func titles(_ store: TestStore, _ whose: Whose, _ limit: Int) async throws -> [String] {
        var titles: [String] = []
        var cursor: UUID?
        repeat {
            let page = try await store.output(
                ListOrders.self,
                .init(whose: whose, limit: limit, cursor: cursor)
            )
            titles += page.items.map(\.order.title).filter { $0 != "later" }
            cursor = page.next
            _ = try await store.order("later", 1)
        } while cursor != nil
        return titles
    }

    @Test func `whose list it is`() throws {
        func whose(_ text: String?, _ person: Person) throws -> (Whose?, Bool) {
            let query = text.map { [(name: "userId", value: $0)] } ?? []
            let decoded = try ListOrders.decode(query: query, as: person.caller)
            #expect(decoded.problems.isEmpty)
            return (decoded.input?.whose, decoded.namesForeignUser)
        }
        let (alice, bob) = (Person.alice.id, Person.bob.id)
        #expect(try whose(nil, .alice) == (.user(alice), false))
        #expect(try whose("me", .alice) == (.user(alice), false))
        #expect(try whose(alice.description.uppercased(), .alice) == (.user(alice), false))
        #expect(try whose(bob.description, .alice) == (.user(bob), true))
        #expect(try whose("-", .alice) == (.everybody, true))
        #expect(try whose(nil, .olga) == (.user(Person.olga.id), false))
        #expect(try whose(bob.description, .olga) == (.user(bob), false))
        #expect(try whose("-", .olga) == (.everybody, false))
    }

    @Test(arguments: ["", "ME", "--", "everybody", "6f1d2c7a"])
    func `whose list it is must be said right`(text: String) throws {
        let decoded = try ListOrders.decode(query: [("userId", text)])
        #expect(decoded.problems == ["userId must be a UUID, me, or - for everybody's"])
    }

    @Test func `a cursor is bound to whose list it is`() throws {
        let cursor = (name: "cursor", value: "cursor of -")
        let own = try ListOrders.decode(query: [cursor], as: Person.olga.caller)
        let everybodys = try ListOrders.decode(
            query: [("userId", "-"), cursor],
            as: Person.olga.caller
        )
        #expect(own.problems.count == 1)
        #expect(everybodys.input?.cursor == UUID(high: 0, low: 7))
    }

    @Test func `everything that is wrong with a query is told at once`() {
        var decoding = Decoding(caller: Person.alice.caller, openCursor: { _, _ in nil })
        var parts = RequestParts()
        parts.query = [("limit", "0"), ("cursor", "x"), ("userId", "-")]
        #expect(ListOrders.input.decode(parts, &decoding) == nil)
        #expect(decoding.problems.map(\.place) == [.parameter("limit"), .parameter("cursor")])
        #expect(decoding.namesForeignUser)
        #expect(decoding.whose == "-")
    }
}
