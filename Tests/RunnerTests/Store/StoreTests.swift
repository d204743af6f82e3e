import Functions
import Runner
import Testing

/// The order's flow through the store in memory, every body run twice.
struct StoreTests {
    @Test func `a deposit and an order move the money and leave a letter and its event`()
        async throws
    {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 1_000)

        let order = try #require(await test.order(user, 300).output?.order)

        #expect(order.status == .paid)
        #expect(order.version == 2)
        #expect(await test.balance(user) == 700)
        let letters = try #require(
            await test.query(ListNotifications.self, .init(whose: .user(user)))
        ).get().items
        #expect(letters.map(\.letter.order) == [order])
        #expect(letters.map(\.letter.status) == [.queued])
        #expect(letters.map(\.letter.recipient) == ["anna@example.org"])
        let events = try await test.store.claimEvents(
            limit: 10,
            now: test.clock.now,
            leaseUntil: test.clock.now
        )
        #expect(events.map(\.event.orderID) == [order.id])
    }

    @Test func `an order that the account does not cover is kept as rejected and moves nothing`()
        async throws
    {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 100)

        let order = try #require(await test.order(user, 101).output?.order)

        #expect(order.status == .rejected)
        #expect(await test.balance(user) == 100)
        let entries = try #require(
            await test.query(ListEntries.self, .init(userID: user))
        ).get().items
        #expect(entries.map(\.movement.amount) == [100])
    }

    @Test func `the same key gets its first answer again and moves nothing`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 1_000)
        let key = TestStore.newKey()

        let first = await test.order(user, 300, key: key)
        let second = await test.order(user, 300, key: key)

        let order = try #require(first.output?.order)
        guard case .replayed(let record) = second.ending else {
            Issue.record("not replayed: \(second.ending)")
            return
        }
        #expect(record.ending == .reply(outcome: "paid", reference: order.id.uuid))
        #expect(await test.balance(user) == 700)
    }

    @Test func `a key that was used for another request is refused`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 1_000)
        let key = TestStore.newKey()
        _ = await test.order(user, 300, key: key)

        let other = KeyClaim(key: key.key, fingerprint: TestStore.randomUUID())
        let ending = await test.order(user, 300, key: other).ending

        guard case .keyReused = ending else {
            Issue.record("not refused: \(ending)")
            return
        }
        #expect(await test.balance(user) == 700)
    }

    @Test func `a failure is recorded under its key and stays`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = UserID(TestStore.randomUUID())
        let key = TestStore.newKey()

        _ = await test.order(user, 5, key: key)
        await test.open(user, email: nil)
        let ending = await test.order(user, 5, key: key).ending

        guard case .replayed(let record) = ending,
            case .problem("accountMissing", _) = record.ending
        else {
            Issue.record("not replayed: \(ending)")
            return
        }
    }

    @Test func `sad stays sad after a deposit, and another key is happy`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10)
        let key = TestStore.newKey()
        let sad = try #require(await test.order(user, 50, key: key).output?.order)
        _ = await test.run(Deposit.self, .init(userID: user, amount: 100))

        let replay = await test.order(user, 50, key: key).ending
        let happy = await test.order(user, 50, key: TestStore.newKey()).output?.order

        guard case .replayed(let record) = replay else {
            Issue.record("not replayed: \(replay)")
            return
        }
        #expect(record.ending == .reply(outcome: "rejected", reference: sad.id.uuid))
        #expect(happy?.status == .paid)
        #expect(await test.balance(user) == 60)
    }

    @Test func `an order's id is used once over all accounts`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let (anna, boris) = (await test.user(holding: 100), await test.user(holding: 100))
        let ours = try #require(await test.order(anna, 500).output?.order)
        let foreign = OrderID(TestStore.randomUUID())

        func withdraw(_ user: UserID, _ order: OrderID) async -> Withdraw.Code? {
            let end = await test.run(
                Withdraw.self,
                .init(userID: user, amount: 60, orderID: order)
            )
            guard case .failure(let problem) = end.result else { return nil }
            return problem.code
        }

        #expect(await withdraw(anna, foreign) == nil)
        #expect(await withdraw(boris, foreign) == .orderUsed)
        #expect(await withdraw(boris, ours.id) == .orderUsed)
        let poor = OrderID(TestStore.randomUUID())
        #expect(await withdraw(anna, poor) == .insufficientFunds)
        #expect(await withdraw(boris, poor) == nil)
    }

    @Test func `lists are in the order of commits, though the clock goes back`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 1_000)
        var made: [OrderID] = []
        for step in [0, 0, -5_000, 3, -60_000] as [Int64] {
            test.clock.advance(step)
            made.append(try #require(await test.order(user, 10).output?.order.id))
        }

        let first = try #require(
            await test.query(ListOrders.self, .init(whose: .user(user), limit: 2))
        ).get()
        // What comes later neither skips nor repeats anything.
        _ = await test.order(user, 10)
        let second = try #require(
            await test.query(
                ListOrders.self,
                .init(whose: .user(user), limit: 200, cursor: first.next)
            )
        ).get()

        #expect((first.items + second.items).map(\.order.id) == made.reversed())
        #expect(second.next == nil)
    }

    @Test func `everybody's orders and letters are in the order of ids`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let (anna, boris) = (await test.user(holding: 100), await test.user())
        for user in [anna, boris, anna] { _ = await test.order(user, 10) }

        let orders = try #require(
            await test.query(ListOrders.self, .init(whose: .everybody))
        ).get().items.map(\.order)
        let letters = try #require(
            await test.query(ListNotifications.self, .init(whose: .everybody))
        ).get().items.map(\.letter)

        #expect(orders.map(\.userID) == [anna, boris, anna])
        #expect(orders.map(\.id) == orders.map(\.id).sorted().reversed())
        #expect(letters.map(\.order) == orders)
        #expect(letters.map(\.kind) == [.happy, .sad, .happy])
    }

    @Test func `texts and contacts come back scalar by scalar`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10)
        let title = "e\u{301}é \u{1F9FA}\u{200D}'\"; DROP TABLE orders; --"

        let made = await test.run(
            CreateOrder.self,
            .init(title: title, price: 1, userID: user)
        ).output?.order
        let found = try #require(
            await test.query(ListOrders.self, .init(whose: .user(user)))
        ).get().items.first?.order

        #expect(found == made)
        #expect(found.map { Array($0.title.unicodeScalars) } == Array(title.unicodeScalars))
    }
}
