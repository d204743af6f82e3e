import Functions
import Runner
import Testing

/// One key has one effect, forever.
struct KeyConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `the same key gets its first answer again and moves nothing`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 1_000)
            let key = TestStore.newKey()

            let first = await test.order(user, 300, key: key)
            let second = await test.order(user, 300, key: key)

            let order = try #require(first.output?.order)
            #expect(second.recorded == .reply(outcome: "paid", reference: order.id.uuid))
            #expect(second.result == nil)
            #expect(await test.balance(user) == 700)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a record keeps its claim and the id of the first request`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10)
            let (key, requests) = (
                TestStore.newKey(), [TestStore.randomUUID(), UUID(high: 1, low: 1)]
            )

            var endings: [StoreEnding] = []
            for request in requests {
                let call = Call(caller: nil, requestID: request, configuration: test.configuration)
                let ending = await delivered { done in
                    test.store.submit(
                        TestJob<Deposit>(.init(userID: user, amount: 1), call, key) {
                            done($0.ending)
                        }
                    )
                }
                endings.append(ending)
            }

            guard case .replayed(let record) = endings[1] else {
                Issue.record("not replayed: \(endings[1])")
                return
            }
            #expect(record.claim == key)
            #expect(record.requestID == requests[0])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a key that was used for another request is refused`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 1_000)
            let key = TestStore.newKey()
            _ = await test.order(user, 300, key: key)

            let other = KeyClaim(key: key.key, fingerprint: TestStore.randomUUID())
            let refused = await test.order(user, 300, key: other)
            let again = await test.order(user, 300, key: key)

            #expect(refused.ending.word == "keyReused" && refused.result == nil)
            #expect(again.ending.word == "replayed")
            #expect(await test.balance(user) == 700)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a function's own problems are recorded and stay`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = UserID(TestStore.randomUUID())
            let rich = await test.user(holding: 100)
            let used = OrderID(TestStore.randomUUID())
            await test.withdraw(rich, 1, used)
            let keys = (0..<6).map { _ in TestStore.newKey() }

            func ask() async -> [KeyRecord.Ending?] {
                [
                    await test.deposit(user, 1, key: keys[0]).recorded,
                    await test.withdraw(user, 1, key: keys[1]).recorded,
                    await test.order(user, 1, key: keys[2]).recorded,
                    await test.withdraw(rich, 1_000, key: keys[3]).recorded,
                    await test.withdraw(rich, 1, used, key: keys[4]).recorded,
                    await test.deposit(rich, Money.largestBalance, key: keys[5]).recorded,
                ]
            }
            let first = await ask()
            await test.open(user, email: nil)
            await test.deposit(user, 1_000)
            await test.deposit(rich, 10_000)
            let codes = await ask().map { ending -> String? in
                guard case .problem(let code, let detail)? = ending, !detail.isEmpty else {
                    return nil
                }
                return code
            }

            #expect(first == [nil, nil, nil, nil, nil, nil])
            #expect(
                codes == [
                    "accountMissing", "accountMissing", "accountMissing", "insufficientFunds",
                    "orderUsed", "balanceLimit",
                ]
            )
            #expect(await test.balance(user) == 1_000)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a refusal that is not recorded leaves the key free`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10)
            _ = await test.order(user, 1)
            let event = try await test.claim()[0]
            let key = TestStore.newKey()
            let stale = RecordDelivery.Input(
                letterID: event.event.id,
                fence: event.fence + 1,
                ending: .sent
            )

            let first = await test.run(RecordDelivery.self, stale, key: key)
            let second = await test.run(RecordDelivery.self, stale, key: key)
            let third = await test.deposit(user, 5, key: key)
            let fourth = await test.deposit(user, 5, key: key)

            #expect(first.refusal == .fenceStale && first.ending.word == "committed")
            #expect(second.refusal == .fenceStale && second.ending.word == "committed")
            #expect(third.output?.movement.balance == 14)
            #expect(fourth.ending.word == "replayed")
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `sad stays sad after a deposit, and another key is happy`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10)
            let key = TestStore.newKey()
            let sad = try #require(await test.order(user, 50, key: key).output?.order)
            await test.deposit(user, 100)

            let replay = await test.order(user, 50, key: key)
            let happy = await test.order(user, 50, key: TestStore.newKey()).output?.order

            #expect(replay.recorded == .reply(outcome: "rejected", reference: sad.id.uuid))
            #expect(happy?.status == .paid)
            #expect(await test.balance(user) == 60)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `each keyed function recalls its first output, whatever has happened since`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let runner = StoreEffectRunner(store: test.store)
            let user = await test.user(holding: 100)
            let keys = (0..<4).map { _ in TestStore.newKey() }
            let (deposit, order) = (Deposit.Input(userID: user, amount: 9), OrderID(keys[0].key))
            let withdrawal = Withdraw.Input(userID: user, amount: 8, orderID: order)
            let paid = CreateOrder.Input(title: "Чай", price: 50, userID: user)
            let rejected = CreateOrder.Input(title: "Кофе", price: 500, userID: user)

            func ask() async throws -> ([Movement], [Order], [CreateOrder.Outcome]) {
                let receipts = [
                    try await runner.complete(Deposit.self, deposit, test.call, recording: keys[0])
                        .get(),
                    try await runner.complete(
                        Withdraw.self,
                        withdrawal,
                        test.call,
                        recording: keys[1]
                    ).get(),
                ]
                let replies = [
                    try await runner.complete(CreateOrder.self, paid, test.call, recording: keys[2])
                        .get(),
                    try await runner.complete(
                        CreateOrder.self,
                        rejected,
                        test.call,
                        recording: keys[3]
                    ).get(),
                ]
                return (receipts.map(\.movement), replies.map(\.order), replies.map(\.outcome))
            }
            let first = try await ask()
            await test.deposit(user, 1_000)
            test.clock.advance(1_000)
            let again = try await ask()

            #expect(first == again)
            #expect(again.2 == [.paid, .rejected])
            #expect(await test.balance(user) == 1_051)
        }
    }
}
