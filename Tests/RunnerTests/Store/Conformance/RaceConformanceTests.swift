import Functions
import Runner
import Testing

/// Several stores on one database, as several processes hold them.
struct RaceConformanceTests {
    @Test(arguments: StoreForm.shared)
    func `orders on the same accounts in opposite order neither block nor get lost`(
        form: StoreForm
    ) async throws {
        try await racing(form) { one, two async throws in
            var users: [UserID] = []
            for _ in 0..<8 { users.append(await one.user(holding: 1_000_000)) }
            let inputs = (0..<400).map { number in
                CreateOrder.Input(title: "Чай", price: 7, userID: users[number % 8])
            }

            async let first = one.runAll(
                CreateOrder.self,
                inputs.map { ($0, TestStore.newKey()) }
            )
            async let second = two.runAll(
                CreateOrder.self,
                inputs.reversed().map { ($0, TestStore.newKey()) }
            )
            let ends = await first + second

            #expect(ends.count { $0.output?.order.status == .paid } == 800)
            for user in users {
                #expect(await two.balance(user) == 1_000_000 - 100 * 7)
            }
        }
    }

    @Test(arguments: StoreForm.shared)
    func `two stores do not spend the same money`(form: StoreForm) async throws {
        try await racing(form) { one, two async throws in
            let user = await one.user(holding: 500)
            let input = CreateOrder.Input(title: "Чай", price: 10, userID: user)
            let inputs = (0..<100).map { _ in (input, TestStore.newKey() as KeyClaim?) }

            async let first = one.runAll(CreateOrder.self, inputs)
            async let second = two.runAll(CreateOrder.self, inputs.map { ($0.0, nil) })
            let statuses = await (first + second).compactMap { $0.output?.order.status }

            #expect(statuses.count == 200)
            #expect(statuses.count { $0 == .paid } == 50)
            #expect(await one.balance(user) == 0)
        }
    }

    @Test(arguments: StoreForm.shared)
    func `the same key at two stores at once has one effect and one answer`(form: StoreForm)
        async throws
    {
        try await racing(form) { one, two async throws in
            let user = await one.user(holding: 1_000_000)
            let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
            let keys = (0..<100).map { _ in TestStore.newKey() }

            async let first = insist(one, input, keys)
            async let second = insist(two, input, keys.reversed())
            let (ones, twos) = await (first, second)

            #expect(ones.count == 100)
            #expect(ones == twos)
            #expect(try await one.orders(.user(user)).count == 100)
            #expect(await two.balance(user) == 999_900)
        }
    }

    @Test(arguments: StoreForm.shared)
    func `one key for two requests at two stores goes to one of them`(form: StoreForm)
        async throws
    {
        try await racing(form) { one, two async throws in
            let user = await one.user(holding: 1_000_000)
            let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
            let keys = (0..<50).map { _ in TestStore.newKey() }
            let others = keys.map {
                KeyClaim(key: $0.key, fingerprint: TestStore.randomUUID())
            }

            async let first = insist(one, input, keys)
            async let second = insist(two, input, others)
            let (ones, twos) = await (first, second)

            #expect(ones.count + twos.count == 50)
            #expect(Set(ones.keys).isDisjoint(with: twos.keys))
            #expect(try await one.orders(.user(user)).count == 50)
        }
    }

    @Test(arguments: StoreForm.shared)
    func `an order's id is used once, an account opened once, an e-mail claimed once`(
        form: StoreForm
    ) async throws {
        try await racing(form) { one, two async throws in
            let (anna, boris) = (await one.user(holding: 500), await one.user(holding: 500))
            let orders = (0..<50).map { _ in OrderID(TestStore.randomUUID()) }
            async let first = one.runAll(
                Withdraw.self,
                orders.map { (.init(userID: anna, amount: 1, orderID: $0), nil) }
            )
            async let second = two.runAll(
                Withdraw.self,
                orders.reversed().map { (.init(userID: boris, amount: 1, orderID: $0), nil) }
            )
            let ends = await first + second
            #expect(ends.count { $0.output != nil } == 50)
            #expect(ends.count { $0.refusal == .orderUsed } == 50)

            let users = (0..<50).map { _ in UserID(TestStore.randomUUID()) }
            async let opened = one.runAll(OpenAccount.self, users.map { (.init(userID: $0), nil) })
            async let found = two.runAll(OpenAccount.self, users.map { (.init(userID: $0), nil) })
            let outcomes = await (opened + found).map { $0.output?.outcome }
            #expect(outcomes.count { $0 == .opened } == 50)
            #expect(outcomes.count { $0 == .found } == 50)

            let emails = (0..<30).map { "user\($0)@example.org" }
            async let claimed = one.runAll(ClaimRegistration.self, emails.map(claiming))
            async let refused = two.runAll(ClaimRegistration.self, emails.map(claiming))
            let claims = await claimed + refused
            #expect(claims.count { $0.output != nil } == 30)
            #expect(claims.count { $0.refusal == .registrationInProgress } == 30)
        }
    }

    @Test(arguments: StoreForm.shared)
    func `workers of two stores take different events, and a fence counts for both`(
        form: StoreForm
    ) async throws {
        try await racing(form) { one, two async throws in
            let user = await one.user(holding: 100)
            let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
            _ = await one.runAll(CreateOrder.self, Array(repeating: (input, nil), count: 100))

            var taken: [ClaimedEvent] = []
            while taken.count < 100 {
                async let first = one.claim(limit: 17)
                async let second = two.claim(limit: 17)
                let more = try await first + second
                if more.isEmpty { break }
                taken += more
            }
            #expect(taken.count == 100 && Set(taken.map(\.event.id)).count == 100)

            one.clock.advance(30_000)
            let fresh = try await two.claim(limit: 100)
            async let late = one.runAll(RecordDelivery.self, taken.map(sent))
            async let timely = two.runAll(RecordDelivery.self, fresh.map(sent))
            let (stale, done) = await (late, timely)
            #expect(stale.count { $0.refusal == .fenceStale } == 100)
            #expect(done.count { $0.output != nil } == 100)
            #expect(try await one.store.nextDue() == nil)
        }
    }

    @Test(arguments: StoreForm.shared)
    func `what one store has answered the other one reads`(form: StoreForm) async throws {
        try await racing(form) { one, two async throws in
            let user = await one.user(holding: 100)
            for number in 1...20 {
                let (writer, reader) = number % 2 == 0 ? (one, two) : (two, one)
                let key = TestStore.newKey()
                let order = try #require(await writer.order(user, 1, key: key).output?.order)
                #expect(await reader.balance(user) == 100 - Int64(number))
                #expect(try await reader.orders(.user(user), page: 3).first == order)
                let replay = await reader.order(user, 1, key: key)
                #expect(replay.recorded == .reply(outcome: "paid", reference: order.id.uuid))
            }
        }
    }

    /// Runs the closure over two stores on one database; at its end the books must be right.
    private func racing(
        _ form: StoreForm,
        _ body: (TestStore, TestStore) async throws -> Void
    ) async throws {
        try await form.scenario { one async throws in
            let two = try await one.another()
            defer { two.store.close() }
            try await body(one, two)
        }
    }

    /// Asks under each key until it is answered for good: the orders of those that got one.
    ///
    /// A key that is being answered elsewhere may be refused for now; so may the store.
    private func insist(
        _ test: TestStore,
        _ input: CreateOrder.Input,
        _ keys: [KeyClaim]
    ) async -> [UUID: UUID] {
        await withTaskGroup(of: (UUID, UUID?).self) { group in
            for key in keys {
                group.addTask { (key.key, await self.insist(test, input, key)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func insist(
        _ test: TestStore,
        _ input: CreateOrder.Input,
        _ key: KeyClaim
    ) async -> UUID? {
        for _ in 0..<100 {
            let end = await test.run(CreateOrder.self, input, key: key)
            switch end.ending {
            case .committed: return end.output?.order.id.uuid
            case .replayed(let record):
                guard case .reply("paid", let order) = record.ending else { return nil }
                return order
            case .keyReused, .broken, .dropped: return nil
            default: continue
            }
        }
        Issue.record("a key was not answered for good")
        return nil
    }

    private func sent(_ event: ClaimedEvent) -> (input: RecordDelivery.Input, key: KeyClaim?) {
        (.init(letterID: event.event.id, fence: event.fence, ending: .sent), nil)
    }

    private func claiming(
        _ email: String
    ) -> (input: ClaimRegistration.Input, key: KeyClaim?) {
        let request = Register.Input(
            email: email,
            password: "correct horse",
            firstName: "Anna",
            lastName: "Ivanova"
        )
        return (.init(request, TestStore.newKey(), isTaken: false), nil)
    }
}
