import Functions
import Runner
import Testing

/// Orders and their letters.
struct OrderConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `an order that is paid moves the money and leaves a letter and its event`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 1_000)

            let order = try #require(await test.order(user, 1_000).output?.order)

            #expect(order.status == .paid && order.price == 1_000 && order.currency == "RUB")
            #expect(order.userID == user && order.version == 2)
            #expect(order.createdAt == test.clock.now)
            #expect(await test.balance(user) == 0)
            let letters = try await test.letters(.user(user))
            #expect(letters.map(\.order) == [order])
            #expect(letters.map(\.status) == [.queued])
            #expect(letters.map(\.kind) == [.happy])
            #expect(letters.map(\.recipient) == ["anna@example.org"])
            let events = try await test.claim()
            #expect(events.map(\.event.orderID) == [order.id])
            #expect(events.map(\.event.createdAt) == [order.createdAt])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `an order that the account does not cover is kept as rejected and moves nothing`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)

            let order = try #require(await test.order(user, 101).output?.order)

            #expect(order.status == .rejected && order.version == 2)
            #expect(await test.balance(user) == 100)
            #expect(try await test.entries(user).map(\.amount) == [100])
            #expect(try await test.orders(.user(user)) == [order])
            #expect(try await test.letters(.user(user)).map(\.kind) == [.sad])
            #expect(try await test.claim().map(\.event.orderID) == [order.id])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `an order and its letter are shown to their owner and to operators`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            let order = try #require(await test.order(user, 30).output?.order)
            let letter = try await test.letter(LetterID(order.id.uuid))
            let stranger = UserID(TestStore.randomUUID())
            let callers = [
                Caller(userID: user, roles: .user), Caller(userID: stranger, roles: .operator),
                Caller(userID: stranger, roles: .user), nil,
            ]

            for (caller, isShown) in zip(callers, [true, true, false, false]) {
                let found = await test.query(GetOrder.self, .init(orderID: order.id), as: caller)
                let told = await test.query(
                    GetNotification.self,
                    .init(letterID: letter.id),
                    as: caller
                )
                #expect((try? found?.get().order) == (isShown ? order : nil))
                #expect((try? told?.get().letter) == (isShown ? letter : nil))
            }
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `what is not there is not found`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let (user, id) = (await test.user(), TestStore.randomUUID())
            let caller = Caller(userID: user, roles: .operator)

            let order = await test.query(GetOrder.self, .init(orderID: OrderID(id)), as: caller)
            let letter = await test.query(
                GetNotification.self,
                .init(letterID: LetterID(id)),
                as: caller
            )
            let entries = await test.query(ListEntries.self, .init(userID: UserID(id)))

            #expect(code(order) == .orderMissing)
            #expect(code(letter) == .notificationMissing)
            #expect(code(entries) == .accountMissing)
            #expect(try await test.orders(.user(UserID(id))) == [])
            #expect(try await test.letters(.user(UserID(id))) == [])
            #expect(try await test.entries(user) == [])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `texts come back scalar by scalar`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            let titles = [
                "e\u{301}é \u{1F9FA}\u{200D}'\"; DROP TABLE orders; --", "\\x00 \\N \\. %s $1 {}",
                " blank ", String(repeating: "\u{10FFFD}", count: 200), "NULL", "\u{FEFF}a\u{2028}",
            ]
            for title in titles {
                _ = await test.run(
                    CreateOrder.self,
                    .init(title: title, price: 1, userID: user)
                )
            }

            let found = try await test.orders(.user(user)).reversed().map(\.title)

            #expect(
                found.map { Array($0.unicodeScalars) } == titles.map { Array($0.unicodeScalars) }
            )
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a letter goes by the channel that is set, where the user has it`(form: StoreForm)
        async throws
    {
        let configuration = FunctionConfiguration(currency: "RUB", channel: .sms)
        try await form.scenario(configuration) { test async throws in
            let claims = [
                ContactClaims(email: "a@example.org", phone: "+79161234567", locale: "en-GB"),
                ContactClaims(email: "a@example.org"), ContactClaims(),
            ]
            for claim in claims {
                let user = UserID(TestStore.randomUUID())
                await test.open(user, claim)
                _ = await test.order(user, 1)
            }

            let letters = try await test.letters(.everybody).reversed()

            #expect(letters.map(\.channel) == [.sms, .email, .email])
            #expect(letters.map(\.recipient) == ["+79161234567", "a@example.org", nil])
            #expect(letters.map(\.status) == [.queued, .queued, .failed])
            #expect(letters.map(\.locale) == ["en-GB", nil, nil])
        }
    }

    private func code<Output, Code>(_ result: Result<Output, Problem<Code>>?) -> Code? {
        guard case .failure(let problem)? = result else { return nil }
        return problem.code
    }
}
