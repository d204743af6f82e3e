import Functions
import Runner
import Testing

/// Accounts: opening, paying in, withdrawing, the statement.
struct AccountConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `an account is opened once and found from then on`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = UserID(TestStore.randomUUID())
            let missing = await test.query(GetAccount.self, .init(userID: user))
            let first = await test.run(OpenAccount.self, .init(userID: user))
            test.clock.advance(5_000)
            let second = await test.run(OpenAccount.self, .init(userID: user))
            let account = try await test.output(GetAccount.self, .init(userID: user))

            guard case .failure(let problem)? = missing else {
                Issue.record("it was there: \(String(describing: missing))")
                return
            }
            #expect(problem.code == .accountMissing)
            #expect(first.output?.outcome == .opened)
            #expect(second.output?.outcome == .found)
            #expect(second.output?.subject == first.output?.subject)
            #expect(account.subject == first.output?.subject)
            #expect(account.balance == 0 && account.currency == "RUB")
            #expect(account.createdAt == test.clock.later(-5_000))
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `what the owner's token names replaces the contact, what it leaves out stays`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = UserID(TestStore.randomUUID())
            await test.open(user, email: "anna@example.org")
            let first = try await test.output(ReadAccount.self, user)?.contact
            await test.open(user, email: nil)
            let second = try await test.output(ReadAccount.self, user)?.contact
            await test.open(user, email: "anna@example.com")
            // Somebody else's call names no contact.
            _ = await test.run(OpenAccount.self, .init(userID: user))
            let third = try await test.output(ReadAccount.self, user)?.contact

            #expect(first == Contact(email: "anna@example.org"))
            #expect(second == first)
            #expect(third == Contact(email: "anna@example.com"))
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `deposits from the smallest to the largest are paid in`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user()
            let amounts = [Money.amounts.lowerBound, 150_000, Money.amounts.upperBound]
            var made: [Movement] = []
            for amount in amounts {
                made.append(try #require(await test.deposit(user, amount).output?.movement))
            }

            #expect(made.map(\.amount) == amounts)
            #expect(made.map(\.balance) == [1, 150_001, 100_000_150_000])
            #expect(made.map(\.version) == [1, 2, 3])
            #expect(try await test.entries(user) == made.reversed())
            #expect(await test.balance(user) == 100_000_150_000)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `what no account takes moves nothing`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 7)
            let nobody = UserID(TestStore.randomUUID())

            #expect(await test.deposit(user, Money.largestBalance).refusal == .balanceLimit)
            #expect(await test.deposit(nobody, 1).refusal == .accountMissing)
            #expect(await test.withdraw(nobody, 1).refusal == .accountMissing)
            #expect(await test.withdraw(user, 8).refusal == .insufficientFunds)
            #expect(await test.order(nobody, 1).refusal == .accountMissing)
            #expect(try await test.entries(user).map(\.amount) == [7])
            #expect(try await test.output(ReadAccount.self, nobody) == nil)
            #expect(try await test.orders(.everybody) == [])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a withdrawal takes the last coin, for an order of somebody else's`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            let order = OrderID(TestStore.randomUUID())

            let movement = try #require(await test.withdraw(user, 100, order).output?.movement)

            #expect(movement.kind == .withdrawal && movement.orderID == order)
            #expect(movement.amount == 100 && movement.balance == 0 && movement.version == 2)
            #expect(try await test.entries(user).first == movement)
            #expect(await test.withdraw(user, 1).refusal == .insufficientFunds)
            // The letter belongs to orders of ours.
            #expect(try await test.letters(.everybody) == [])
            #expect(try await test.orders(.user(user)) == [])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `an order's id is used once over all accounts`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let (anna, boris) = (await test.user(holding: 100), await test.user(holding: 100))
            let rejected = try #require(await test.order(anna, 500).output?.order.id)
            let paid = try #require(await test.order(anna, 1).output?.order.id)
            let (foreign, poor) = (OrderID(TestStore.randomUUID()), OrderID(TestStore.randomUUID()))

            #expect(await test.withdraw(anna, 60, foreign).refusal == nil)
            for order in [foreign, rejected, paid] {
                #expect(await test.withdraw(boris, 60, order).refusal == .orderUsed)
                #expect(await test.withdraw(anna, 1, order).refusal == .orderUsed)
            }
            // A refusal for want of money does not use the id.
            #expect(await test.withdraw(anna, 60, poor).refusal == .insufficientFunds)
            #expect(await test.withdraw(boris, 60, poor).refusal == nil)
        }
    }
}
