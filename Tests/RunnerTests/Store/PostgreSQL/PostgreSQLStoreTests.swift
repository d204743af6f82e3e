import Functions
import Runner
import Testing

/// What the store on PostgreSQL does: the order's flow, keys, batches, and many processes at once.
@Suite(TestDatabase.isThere)
struct PostgreSQLStoreTests {
    @Test func `an order takes the money, keeps its letter and is listed`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 1_000)

        let paid = await ledger.order(user, 300)
        let rejected = await ledger.order(user, 701)

        #expect(paid.output?.outcome == .paid)
        #expect(rejected.output?.outcome == .rejected)
        #expect(await ledger.balance(user) == 700)
        let orders = try await ledger.query(ListOrders.self, .init(whose: .user(user)))?.get()
        #expect(orders?.items.map(\.order.price) == [701, 300])
        #expect(
            try database.raw().run("SELECT status, fence FROM letters") == [
                ["queued", "0"], ["queued", "0"],
            ]
        )
    }

    @Test func `a key has one effect, within a batch and after it`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 1_000)
        let key = TestStore.newKey()
        let other = KeyClaim(key: key.key, fingerprint: TestStore.randomUUID())
        let order = CreateOrder.Input(title: "Самовар", price: 100, userID: user)

        let batch = await ledger.together(
            CreateOrder.self,
            [(order, key), (order, key), (order, other), (order, nil)]
        )
        let later = await ledger.order(user, 100, key: key)
        let reused = await ledger.order(user, 100, key: other)

        #expect(batch.map(\.ending.word) == ["committed", "replayed", "keyReused", "committed"])
        #expect(later.ending.word == "replayed")
        #expect(reused.ending.word == "keyReused")
        #expect(await ledger.balance(user) == 800)
        #expect(try counts(database) == ["keys": 1, "answers": 1, "orders": 2, "letters": 2])
    }

    @Test func `a call that ends without an answer leaves its key free`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let nobody = UserID(Identifiers.shared.next())
        let user = await ledger.user(holding: 100)
        let (lookUp, missing) = (TestStore.newKey(), TestStore.newKey())

        // Deposits into no account are recorded; an opened account is not.
        let opened = await ledger.run(OpenAccount.self, .init(userID: user), key: lookUp)
        let refused = await ledger.run(
            Deposit.self,
            .init(userID: nobody, amount: 1),
            key: missing
        )
        let again = await ledger.run(Deposit.self, .init(userID: nobody, amount: 1), key: missing)

        #expect(opened.ending.word == "committed")
        #expect(refused.ending.word == "committed")
        #expect(again.ending.word == "replayed")
        #expect(try counts(database) == ["keys": 1, "answers": 1, "orders": 0, "letters": 0])
    }

    @Test func `one that breaks the schema does not pull its batch down`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 1_000)
        func order(_ title: String, _ price: Int64) -> (CreateOrder.Input, KeyClaim?) {
            (.init(title: title, price: price, userID: user), TestStore.newKey())
        }

        let batch = await ledger.together(
            CreateOrder.self,
            [order("a", 100), order("", 100), order("b", 2_000), order("c", 100)]
        )

        #expect(
            batch.map(\.ending.word) == ["committed", "broken", "committed", "committed"]
        )
        #expect(await ledger.balance(user) == 800)
        #expect(try counts(database) == ["keys": 3, "answers": 3, "orders": 3, "letters": 3])
    }

    @Test(arguments: [false, true])
    func `two processes race for keys and accounts, and nothing is done twice`(
        isDistributed: Bool
    ) async throws {
        let database = try TestDatabase()
        let one = try await TestLedger(database.url) { $0.database.isDistributed = isDistributed }
        let two = try await TestLedger(database.url) { $0.database.isDistributed = isDistributed }
        var users: [UserID] = []
        for _ in 0..<10 { users.append(await one.user(holding: 1_000)) }
        let orders = (0..<300).map { index in
            (user: users[index % users.count], price: Int64(7), key: Optional(TestStore.newKey()))
        }

        async let first = one.orders(orders)
        async let second = two.orders(orders.reversed())
        let endings = await [first, second.reversed()]

        for (left, right) in zip(endings[0], endings[1]) {
            #expect(Set([left.ending.word, right.ending.word]) == ["committed", "replayed"])
        }
        for user in users { #expect(await two.balance(user) == 1_000 - 30 * 7) }
        #expect(
            try counts(database) == ["keys": 300, "answers": 300, "orders": 300, "letters": 300]
        )
        #expect(!one.log.text.contains("40P01") && !two.log.text.contains("40P01"))
    }

    @Test func `an order id that two processes pay for at once is paid once`() async throws {
        let database = try TestDatabase()
        let one = try await TestLedger(database.url)
        let two = try await TestLedger(database.url)
        let (anna, bert) = (await one.user(holding: 100), await one.user(holding: 100))
        for _ in 0..<20 {
            let order = OrderID(TestStore.randomUUID())
            async let first = one.run(
                Withdraw.self,
                .init(userID: anna, amount: 1, orderID: order),
                key: TestStore.newKey()
            )
            async let second = two.run(
                Withdraw.self,
                .init(userID: bert, amount: 1, orderID: order),
                key: TestStore.newKey()
            )
            let endings = await [first, second]
            #expect(endings.map(\.ending.word) == ["committed", "committed"])
            #expect(endings.filter { $0.output != nil }.count == 1)
        }
        let held = [await one.balance(anna) ?? 0, await one.balance(bert) ?? 0]
        #expect(held.reduce(0, +) == 180)
    }

    @Test func `two that open an account at once open one`() async throws {
        let database = try TestDatabase()
        let one = try await TestLedger(database.url)
        let two = try await TestLedger(database.url)
        for _ in 0..<20 {
            let user = UserID(TestStore.randomUUID())
            async let first = one.run(OpenAccount.self, .init(userID: user))
            async let second = two.run(OpenAccount.self, .init(userID: user))
            let endings = await [first, second]
            #expect(endings.map(\.ending.word) == ["committed", "committed"])
            #expect(Set(endings.compactMap { $0.output?.outcome.rawValue }).count == 2)
        }
    }

    @Test func `a store of another currency or secret is refused by the setting's name`()
        async throws
    {
        let database = try TestDatabase()
        _ = try await TestLedger(database.url)

        await #expect(throws: StoreOpenError.self) {
            _ = try await TestLedger(database.url) { $0.currency = "EUR" }
        }
        let refusal = await #expect(throws: StoreOpenError.self) {
            _ = try await TestLedger(database.url) { $0.secretKey = Secret("another one") }
        }
        #expect(refusal?.description.hasPrefix("SECRET_KEY is not the one") == true)
    }

    @Test func `a process that does not migrate waits until somebody has`() async throws {
        let database = try TestDatabase()
        let refusal = await #expect(throws: StoreOpenError.self) {
            _ = try await TestLedger(database.url) { $0.migrates = false }
        }
        #expect(refusal?.description.contains("runner migrate") == true)

        _ = try await TestLedger(database.url)
        let late = try await TestLedger(database.url) { $0.migrates = false }
        #expect(await late.store.check() == .ready)
    }

    private func counts(_ database: TestDatabase) throws -> [String: Int] {
        let raw = try database.raw()
        var counts: [String: Int] = [:]
        for table in ["keys", "answers", "orders", "letters"] {
            counts[table] = Int(try raw.run("SELECT count(*) FROM \(table)")[0][0])
        }
        return counts
    }
}
