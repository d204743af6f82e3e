import Functions
import Runner
import Testing

/// What members of one batch do to each other: nothing.
struct StoreBatchTests {
    @Test(arguments: [true, false])
    func `of many orders at once only as many are paid as the account covers`(inMemory: Bool)
        async throws
    {
        let directory = try TestDirectory()
        let test = try TestStore(inMemory ? .memory : .file(directory.database))
        defer { test.store.close() }
        for _ in 0..<5 {
            let user = await test.user(holding: 1_000)
            let input = CreateOrder.Input(title: "Чай", price: 100, userID: user)

            let ends = await test.runAll(
                CreateOrder.self,
                (0..<200).map { _ in (input, TestStore.newKey()) }
            )

            let statuses = ends.compactMap { $0.output?.order.status }
            #expect(statuses.count == 200)
            #expect(statuses.count { $0 == .paid } == 10)
            #expect(await test.balance(user) == 0)
        }
    }

    @Test func `one key twenty times in one batch has one effect`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 1_000)
        let input = CreateOrder.Input(title: "Чай", price: 100, userID: user)
        let key = TestStore.newKey()

        let ends = await test.runBatch(
            CreateOrder.self,
            (0..<20).map { _ in (input, key) }
        )

        let order = try #require(ends.first?.output?.order)
        let replays = ends.dropFirst().filter {
            guard case .replayed(let record) = $0.ending else { return false }
            return record.ending == .reply(outcome: "paid", reference: order.id.uuid)
        }
        #expect(replays.count == 19)
        #expect(await test.balance(user) == 900)
    }

    @Test func `members that fail leave their neighbours alone`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 100)
        let nobody = UserID(TestStore.randomUUID())

        let ends = await test.runBatch(
            CreateOrder.self,
            [user, nobody, user, nobody, user].map {
                (.init(title: "Чай", price: 40, userID: $0), TestStore.newKey())
            }
        )

        #expect(ends.map { $0.output?.order.status } == [.paid, nil, .paid, nil, .rejected])
        #expect(await test.balance(user) == 20)
        let versions = try #require(
            await test.query(ListOrders.self, .init(whose: .user(user)))
        ).get().items.map(\.order.version)
        #expect(versions == [4, 3, 2])
    }

    @Test func `a member that reads what it did not declare is broken, alone`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 100)

        let blocker = StoreBlocker()
        blocker.hold(test.store)
        async let order = test.order(user, 10)
        async let broken = test.run(UndeclaredRead.self, user)
        blocker.release()

        let (ending, paid) = await (broken.ending, order.output?.order.status)
        guard case .broken(let reason) = ending else {
            Issue.record("not broken: \(ending)")
            return
        }
        #expect(reason.contains(user.description))
        #expect(paid == .paid)
    }

    @Test func `a member that writes what the schema refuses is broken, alone`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 100)
        let input = CreateOrder.Input(title: "Чай", price: 10, userID: user)

        let blocker = StoreBlocker()
        blocker.hold(test.store)
        let first = test.begin(CreateOrder.self, input)
        // More than one operation may move: the function's input lets nobody come so far.
        let broken = test.begin(Deposit.self, .init(userID: user, amount: 100_000_000_000))
        let last = test.begin(CreateOrder.self, input)
        blocker.release()

        let statuses = await [first.value?.output?.order.status, last.value?.output?.order.status]
        guard case .broken = await broken.value?.ending else {
            Issue.record("not broken")
            return
        }
        #expect(statuses == [.paid, .paid])
        #expect(await test.balance(user) == 80)
        #expect(test.log.text.contains("repeated one by one"))
    }

    @Test func `a body that does something else when run again is broken`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 100)

        let ending = await test.run(Fickle.self, user).ending

        guard case .broken = ending else {
            Issue.record("not broken: \(ending)")
            return
        }
        #expect(await test.balance(user) == 100)
    }

    @Test func `what nobody waits for any more is left out`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 100)

        let ending = await delivered { done in
            test.store.submit(
                TestJob<CreateOrder>(
                    .init(title: "Чай", price: 10, userID: user),
                    test.call,
                    TestStore.newKey(),
                    abandoned: { true },
                    done: { done($0.ending) }
                )
            )
        }

        guard case .dropped = ending else {
            Issue.record("not dropped: \(ending)")
            return
        }
        #expect(await test.balance(user) == 100)
    }

    @Test func `a store that is closed finishes what it took and refuses the rest`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        let user = await test.user(holding: 100)
        let blocker = StoreBlocker()
        blocker.hold(test.store)
        async let taken = test.order(user, 10)
        async let closing: Void = Task.detached { test.store.close() }.value
        blocker.release()
        await closing

        let late = await test.order(user, 10).ending
        guard case .unavailable = late else {
            Issue.record("not refused: \(late)")
            return
        }
        #expect(await test.balance(user) == nil)
        let early = await taken

        let again = try TestStore(.file(directory.database))
        defer { again.store.close() }
        // The order may have come before the closing or after it: the answer tells.
        let isPaid = early.output != nil
        #expect(await again.balance(user) == (isPaid ? 90 : 100))
    }
}

/// Orders without declaring the account.
private enum UndeclaredRead: TransactionFunction {
    static func rows(_ input: UserID, _ call: Call) -> Rows { Rows() }

    static func handle(
        _ input: UserID,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<CreateOrder.Code>) -> OrderReply<CreateOrder.Outcome> {
        let order = CreateOrder.Input(title: "Чай", price: 10, userID: input)
        return try CreateOrder.handle(order, call, in: transaction)
    }
}

/// Pays in another amount at each run.
private enum Fickle: TransactionFunction {
    private static let runs = Lock(Int64(0))

    static func rows(_ input: UserID, _ call: Call) -> Rows { Rows(accounts: [input]) }

    static func handle(
        _ input: UserID,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Deposit.Code>) -> Receipt {
        let amount: Int64 = runs.withLock { runs in
            runs += 1
            return runs
        }
        return try Deposit.handle(.init(userID: input, amount: amount), call, in: transaction)
    }
}
