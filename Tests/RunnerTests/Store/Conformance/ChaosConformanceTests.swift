import Functions
import Runner
import Testing

/// Everything at once, of one store and of several: nothing fails for the others' sake.
struct ChaosConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `orders, deposits, withdrawals and repeats at once add up`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            try await moveMoney([test])
        }
    }

    @Test(arguments: StoreForm.shared)
    func `orders, deposits, withdrawals and repeats add up over three stores`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let others = [try await test.another(), try await test.another()]
            defer { for other in others { other.store.close() } }
            try await moveMoney([test] + others)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `workers that claim, renew, give back, end and redrive at once send every letter once`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            try await deliver([test])
        }
    }

    @Test(arguments: StoreForm.shared)
    func `workers of three stores send every letter once`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let others = [try await test.another(), try await test.another()]
            defer { for other in others { other.store.close() } }
            try await deliver([test] + others)
        }
    }

    /// Thirty clients at once on six accounts, each through the stores in turn; keys come twice.
    private func moveMoney(_ stores: [TestStore]) async throws {
        var users: [UserID] = []
        for _ in 0..<6 { users.append(await stores[0].user(holding: 300)) }
        let (all, orders) = (users, (0..<40).map { _ in OrderID(TestStore.randomUUID()) })
        let words = await withTaskGroup(of: [String].self) { group in
            for client in 0..<30 {
                group.addTask {
                    var words: [String] = []
                    for step in 0..<12 {
                        let store = stores[(client + step) % stores.count]
                        let other = stores[(client + step + 1) % stores.count]
                        let user = all[(client * 5 + step) % all.count]
                        let key = TestStore.newKey()
                        switch (client + step) % 4 {
                        case 0:
                            words.append(await store.deposit(user, 20, key: key).ending.word)
                            words.append(await other.deposit(user, 20, key: key).ending.word)
                        case 1:
                            let order = orders[(client * 7 + step) % orders.count]
                            let end = await store.withdraw(user, 15, order, key: key)
                            words.append(end.ending.word)
                        default:
                            async let first = store.order(user, 25, key: key).ending.word
                            async let second = other.order(user, 25, key: key).ending.word
                            words += await [first, second]
                        }
                    }
                    return words
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }

        let counts = Dictionary(grouping: words) { $0 }.mapValues(\.count)
        #expect(counts == ["committed": 360, "replayed": 270])
        let placed = try await stores[0].orders(.everybody).count
        #expect(placed == 180)
        let paidFor = try await all.asyncMap { try await stores[0].entries($0) }.joined()
            .compactMap(\.orderID)
        #expect(Set(paidFor).count == paidFor.count)
    }

    /// Eight workers over two hundred letters, under leases that are over at once.
    private func deliver(_ stores: [TestStore]) async throws {
        let user = await stores[0].user(holding: 100)
        let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
        _ = await stores[0].runAll(CreateOrder.self, Array(repeating: (input, nil), count: 200))
        let ended = Lock([LetterID: Int]())
        try await withThrowingTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    let test = stores[worker % stores.count]
                    for round in 0..<200 {
                        if try await test.store.nextDue() == nil { return }
                        try await step(test, worker + round, ended)
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(try await stores[0].store.nextDue() == nil)
        let letters = try await stores[0].letters(.user(user))
        #expect(letters.count { $0.status == .sent } == 200)
        #expect(ended.withLock { $0.count } == 200)
    }

    private func step(_ test: TestStore, _ number: Int, _ ended: Lock<[LetterID: Int]>) async throws
    {
        let events = try await test.claim(limit: 9, lease: number % 3 == 0 ? 0 : 1_000)
        test.clock.advance(100)
        if number % 5 == 0 { _ = try await test.store.redrive(nil) }
        try await test.store.renewLeases(events, until: test.clock.later(50))
        for (index, event) in events.enumerated() {
            switch (number + index) % 4 {
            case 0:
                _ = try await test.store.postpone(event, until: test.clock.now, reason: "later")
            case 1 where number % 2 == 0:
                _ = await test.end(event, .failed("550"))
                _ = try await test.store.redrive([event.event.id])
            default:
                guard await test.end(event) == nil else { continue }
                ended.withLock { $0[event.event.id, default: 0] += 1 }
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(
        _ transform: (Element) async throws -> Result
    ) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
