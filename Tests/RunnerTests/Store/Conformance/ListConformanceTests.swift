import Functions
import Runner
import Testing

/// Newest first, and stable while rows are added.
struct ListConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `a user's lists are in the order of commits, though the clock goes back`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 1_000)
            var made: [OrderID] = []
            // Paid, rejected and within a millisecond alike.
            for (step, price) in [(0, 10), (0, 9_000), (-5_000, 10), (3, 10), (-60_000, 9_000)] {
                test.clock.advance(Int64(step))
                made.append(try #require(await test.order(user, Int64(price)).output?.order.id))
            }
            await test.deposit(user, 1)
            await test.withdraw(user, 1)

            for page in [1, 2, 3, 200] {
                let orders = try await test.orders(.user(user), page: page)
                #expect(orders.map(\.id) == made.reversed())
                #expect(orders.map(\.version) == [6, 5, 4, 3, 2])
                let letters = try await test.letters(.user(user), page: page)
                #expect(letters.map(\.order) == orders)
                let entries = try await test.entries(user, page: page)
                #expect(entries.map(\.version) == [8, 7, 5, 4, 2, 1])
                #expect(entries.map(\.amount) == [1, 1, 10, 10, 10, 1_000])
            }
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `what comes later neither skips nor repeats anything`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let (user, other) = (await test.user(holding: 1_000), await test.user(holding: 1_000))
            for _ in 0..<5 { _ = await test.order(user, 10) }
            let orders = try await test.orders(.user(user))
            let entries = try await test.entries(user)

            for whose in [Whose.user(user), .everybody] {
                let list = ListOrders.Input(whose: whose, limit: 2)
                let first = try await test.output(ListOrders.self, list)
                let told = try await test.output(
                    ListNotifications.self,
                    .init(whose: whose, limit: 2)
                )
                let start = try await test.output(ListOrders.self, .init(whose: whose))
                _ = await test.order(user, 10)
                _ = await test.order(other, 10)
                let rest = try await test.output(
                    ListOrders.self,
                    .init(whose: whose, limit: 200, cursor: first.next)
                )
                let more = try await test.output(
                    ListNotifications.self,
                    .init(whose: whose, limit: 200, cursor: told.next)
                )
                #expect((first.items + rest.items).map(\.order) == start.items.map(\.order))
                #expect(
                    (told.items + more.items).map(\.letter.order) == start.items.map(\.order)
                )
                #expect(rest.next == nil && more.next == nil)
            }
            let behind = try await test.output(
                ListEntries.self,
                .init(userID: user, limit: 3, cursor: entries[1].id.uuid)
            )
            #expect(behind.items.map(\.movement) == Array(entries[2..<5]))
            #expect(behind.next == entries[4].id.uuid)
            #expect(try await test.orders(.user(user)).suffix(5) == orders[...])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `everybody's orders and letters are in the order of ids`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let (anna, boris) = (await test.user(holding: 100), await test.user())
            for user in [anna, boris, anna] { _ = await test.order(user, 10) }

            for page in [1, 2, 200] {
                let orders = try await test.orders(.everybody, page: page)
                let letters = try await test.letters(.everybody, page: page)

                #expect(orders.map(\.userID) == [anna, boris, anna])
                #expect(orders.map(\.id) == orders.map(\.id).sorted().reversed())
                #expect(letters.map(\.order) == orders)
                #expect(letters.map(\.kind) == [.happy, .sad, .happy])
            }
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a page that holds all there is has no cursor, and one behind the last is empty`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            for _ in 0..<3 { _ = await test.order(user, 10) }

            for whose in [Whose.user(user), .everybody] {
                let exact = try await test.output(ListOrders.self, .init(whose: whose, limit: 3))
                let cut = try await test.output(ListOrders.self, .init(whose: whose, limit: 2))
                let last = try #require(exact.items.last).order.id.uuid
                let behind = try await test.output(
                    ListOrders.self,
                    .init(whose: whose, cursor: last)
                )
                let letters = try await test.output(
                    ListNotifications.self,
                    .init(whose: whose, cursor: last)
                )
                #expect(exact.items.count == 3 && exact.next == nil)
                #expect(cut.items.count == 2 && cut.next == exact.items[1].order.id.uuid)
                #expect(behind.items.isEmpty && behind.next == nil)
                #expect(letters.items.isEmpty && letters.next == nil)
            }
            let first = try #require(try await test.entries(user).last)
            let behind = try await test.output(
                ListEntries.self,
                .init(userID: user, cursor: first.id.uuid)
            )
            #expect(behind.items.isEmpty && behind.next == nil)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `lists are whole while they grow`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 1_000)
            let input = CreateOrder.Input(title: "Чай", price: 10, userID: user)
            _ = await test.runAll(CreateOrder.self, Array(repeating: (input, nil), count: 60))

            async let growth: Void = {
                for _ in 0..<15 {
                    _ = await test.runAll(
                        CreateOrder.self,
                        Array(repeating: (input, nil), count: 10)
                    )
                }
            }()
            for _ in 0..<4 {
                let orders = try await test.orders(.user(user), page: 7)
                let newest = try #require(orders.first).version
                let versions = Array(stride(from: newest, through: 2, by: -1))
                #expect(orders.map(\.version) == versions)
                let letters = try await test.letters(.user(user), page: 7)
                #expect(letters.map(\.order.version).suffix(orders.count) == versions[...])
                let all = try await test.orders(.everybody, page: 9).map(\.id)
                #expect(all == Array(Set(all).sorted().reversed()))
                #expect(Set(all).isSuperset(of: orders.map(\.id)))
            }
            await growth

            #expect(try await test.orders(.everybody).count == 210)
        }
    }
}
