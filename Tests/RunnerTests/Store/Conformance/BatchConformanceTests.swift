import Functions
import Runner
import Testing

/// What members of one batch do to each other: nothing.
struct BatchConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `of many orders at once only as many are paid as the account covers`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
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

    @Test(arguments: StoreForm.allCases)
    func `a thousand orders at once on four accounts add up`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            var users: [UserID] = []
            for amount in [0, 1_000, 2_000, 1_000_000] as [Int64] {
                users.append(await test.user(holding: amount))
            }

            let ends = await test.runAll(
                CreateOrder.self,
                (0..<1_000).map { number in
                    let user = users[number % 4]
                    return (.init(title: "Чай", price: 10, userID: user), TestStore.newKey())
                }
            )

            #expect(ends.count { $0.output != nil } == 1_000)
            var balances: [Int64?] = []
            for user in users { balances.append(await test.balance(user)) }
            #expect(balances == [0, 0, 0, 997_500])
            #expect(Set(ends.compactMap { $0.output?.order.id }).count == 1_000)
            #expect(try await test.orders(.everybody).count == 1_000)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `one key twenty times in one batch has one effect`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 1_000)
            let input = CreateOrder.Input(title: "Чай", price: 100, userID: user)
            let key = TestStore.newKey()

            let ends = await test.runBatch(
                CreateOrder.self,
                (0..<20).map { _ in (input, key) }
            )

            let order = try #require(ends.first?.output?.order)
            let reply = KeyRecord.Ending.reply(outcome: "paid", reference: order.id.uuid)
            #expect(ends.dropFirst().map(\.recorded) == Array(repeating: reply, count: 19))
            #expect(await test.balance(user) == 900)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `within one batch the first request has the key, and a failure keeps it`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            let (nobody, key) = (UserID(TestStore.randomUUID()), TestStore.newKey())
            let other = KeyClaim(key: key.key, fingerprint: TestStore.randomUUID())
            let failing = TestStore.newKey()

            let ends = await test.runBatch(
                Deposit.self,
                [(user, key), (user, other), (user, key), (nobody, failing), (nobody, failing)]
                    .map { (.init(userID: $0.0, amount: 1), $0.1) }
            )
            let later = await test.deposit(user, 1, key: other)

            #expect(
                ends.map(\.ending.word)
                    == ["committed", "keyReused", "replayed", "committed", "replayed"]
            )
            guard case .problem("accountMissing", _)? = ends[4].recorded else {
                Issue.record("it says \(ends[4].ending)")
                return
            }
            #expect(later.ending.word == "keyReused")
            #expect(await test.balance(user) == 101)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `members that fail leave their neighbours alone`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
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
            #expect(try await test.orders(.user(user)).map(\.version) == [4, 3, 2])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `members see what those before them have done`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let (user, order) = (UserID(TestStore.randomUUID()), OrderID(TestStore.randomUUID()))
            let blocker = StoreBlocker()
            blocker.hold(test.store)
            let early = test.begin(CreateOrder.self, .init(title: "Чай", price: 1, userID: user))
            let opening = test.begin(OpenAccount.self, .init(userID: user))
            let again = test.begin(OpenAccount.self, .init(userID: user))
            let deposit = test.begin(Deposit.self, .init(userID: user, amount: 100))
            let paid = test.begin(CreateOrder.self, .init(title: "Чай", price: 60, userID: user))
            let withdrawal = Withdraw.Input(userID: user, amount: 40, orderID: order)
            let first = test.begin(Withdraw.self, withdrawal)
            let second = test.begin(Withdraw.self, withdrawal)
            let sad = test.begin(CreateOrder.self, .init(title: "Чай", price: 1, userID: user))
            blocker.release()

            #expect(await early.value?.refusal == .accountMissing)
            #expect(await opening.value?.output?.outcome == .opened)
            #expect(await again.value?.output?.outcome == .found)
            #expect(await deposit.value?.output?.movement.version == 1)
            #expect(await paid.value?.output?.order.version == 2)
            #expect(await first.value?.output?.movement.balance == 0)
            #expect(await second.value?.refusal == .orderUsed)
            #expect(await sad.value?.output?.order.status == .rejected)
            await test.open(user, email: nil)
            #expect(try await test.entries(user).map(\.version) == [3, 2, 1])
            #expect(try await test.letters(.user(user)).map(\.status) == [.failed, .failed])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a member that reads what it did not declare is broken, alone`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)

            let blocker = StoreBlocker()
            blocker.hold(test.store)
            let order = CreateOrder.Input(title: "Чай", price: 10, userID: user)
            let paid = test.begin(CreateOrder.self, order)
            let broken = test.begin(UndeclaredRead.self, user)
            blocker.release()

            guard case .broken(let reason)? = await broken.value?.ending else {
                Issue.record("not broken")
                return
            }
            #expect(reason.contains(user.description))
            #expect(await paid.value?.output?.order.status == .paid)
            #expect(await test.balance(user) == 90)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a member that writes what the schema refuses is broken, alone`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            let input = CreateOrder.Input(title: "Чай", price: 10, userID: user)

            let blocker = StoreBlocker()
            blocker.hold(test.store)
            let first = test.begin(CreateOrder.self, input)
            // More than one operation may move: the function's input lets nobody come so far.
            let broken = test.begin(Deposit.self, .init(userID: user, amount: 100_000_000_000))
            let last = test.begin(CreateOrder.self, input)
            blocker.release()

            #expect(await first.value?.output?.order.status == .paid)
            #expect(await broken.value?.ending.word == "broken")
            #expect(await last.value?.output?.order.status == .paid)
            #expect(await test.balance(user) == 80)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a body that does something else when run again is broken`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)

            #expect(await test.run(Fickle.self, user).ending.word == "broken")
            #expect(await test.balance(user) == 100)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `what nobody waits for any more is left out`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            let key = TestStore.newKey()

            let ending = await delivered { done in
                test.store.submit(
                    TestJob<CreateOrder>(
                        .init(title: "Чай", price: 10, userID: user),
                        test.call,
                        key,
                        abandoned: { true },
                        done: { done($0.ending) }
                    )
                )
            }

            #expect(ending.word == "dropped")
            #expect(await test.balance(user) == 100)
            #expect(await test.order(user, 10, key: key).output?.order.status == .paid)
        }
    }

    @Test(arguments: StoreForm.lasting)
    func `a store that is closed finishes what it took, refuses the rest and leaves all behind`(
        form: StoreForm
    ) async throws {
        let test = try await TestStore.open(form)
        let user = await test.user(holding: 100)
        let key = TestStore.newKey()
        _ = await test.order(user, 1, key: key)
        let blocker = StoreBlocker()
        blocker.hold(test.store)
        async let taken = test.order(user, 10)
        async let closing: Void = Task.detached { test.store.close() }.value
        blocker.release()
        await closing

        #expect(await test.order(user, 10).ending.word == "unavailable")
        #expect(await test.balance(user) == nil)
        await #expect(throws: StoreUnavailable.self) { try await test.claim() }
        // The order may have come before the closing or after it: the answer tells.
        let isPaid = await taken.output != nil

        let again = try await test.another()
        defer { again.store.close() }
        #expect(await again.balance(user) == (isPaid ? 89 : 99))
        #expect(await again.order(user, 1, key: key).ending.word == "replayed")
        #expect(try await Books.findings(again, of: [user]) == [])
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
