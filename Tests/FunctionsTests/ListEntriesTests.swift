import Functions
import Testing

struct ListEntriesTests {
    @Test func `the statement is newest first, signed, and names orders`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let order = try await store.order("tea", 3).order
        _ = try await store.order("too dear", 100)
        let page = try await store.output(ListEntries.self, .init(userID: Person.alice.id))

        let movements = page.items.map(\.movement)
        try #require(movements.count == 2)
        let time = "2025-11-25T11:00:00.000Z"
        #expect(
            page.rendered == """
                {"items":[{"id":"\(movements[0].id)","kind":"withdrawal","amount":-3,"balance":7,\
                "orderId":"\(order.id)","createdAt":"\(time)"},\
                {"id":"\(movements[1].id)","kind":"deposit","amount":10,"balance":10,\
                "createdAt":"\(time)"}]}
                """
        )
    }

    @Test(arguments: [1, 2, 3, 7, 8])
    func `pages neither skip nor repeat while entries are added`(limit: Int) async throws {
        let store = try await TestStore()
        try await store.open(.alice)
        for amount in 1...7 {
            try await store.output(
                Deposit.self,
                .init(userID: Person.alice.id, amount: Int64(amount))
            )
        }
        var amounts: [Int64] = []
        var cursor: UUID?
        repeat {
            let page = try await store.output(
                ListEntries.self,
                .init(userID: Person.alice.id, limit: limit, cursor: cursor)
            )
            #expect(page.items.count <= limit)
            amounts += page.items.map(\.movement.amount)
            cursor = page.next
            try await store.output(Deposit.self, .init(userID: Person.alice.id, amount: 99))
        } while cursor != nil
        #expect(amounts == [7, 6, 5, 4, 3, 2, 1])
    }

    @Test func `without an account the answer says how to open one`() async throws {
        let store = try await TestStore()
        let problem = await problem(AccountMissing.self) {
            try await store.output(ListEntries.self, .init(userID: Person.alice.id))
        }
        #expect(problem?.code == .accountMissing)
    }

    @Test func `limit and cursor are checked`() throws {
        let path = [(name: "userId", value: Person.alice.id.uuid)]
        let defaults = try ListEntries.decode(path: path)
        #expect(defaults.input?.limit == 50)
        #expect(defaults.input?.cursor == nil)
        for limit in ["1", "200"] {
            let decoded = try ListEntries.decode(path: path, query: [("limit", limit)])
            #expect(decoded.input?.limit == Int(limit))
        }
        for limit in ["0", "201", "-1", "+1", "01", "1.0", "", " 1", "٣", "1000"] {
            let decoded = try ListEntries.decode(path: path, query: [("limit", limit)])
            #expect(decoded.problems == ["limit must be a number from 1 to 200"], "\(limit)")
        }
        let opened = try ListEntries.decode(
            path: path,
            query: [("cursor", "cursor of \(Person.alice.id)")]
        )
        #expect(opened.input?.cursor == UUID(high: 0, low: 7))
        let foreign = try ListEntries.decode(
            path: path,
            query: [("cursor", "cursor of \(Person.bob.id)")]
        )
        #expect(foreign.problems.count == 1)
        #expect(foreign.problems.first?.hasPrefix("cursor is no cursor of this list") == true)
    }
}
