import Functions
import Runner
import Testing

/// Register's claims, and how a registration ends.
struct RegistrationConformanceTests {
    private let email = "anna@example.org"

    @Test(arguments: StoreForm.allCases)
    func `one key at a time claims an e-mail, and goes on where it stood`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let (key, other) = (TestStore.newKey(), TestStore.newKey())
            #expect(try await test.output(ReadClaim.self, email) == nil)

            let first = try #require(await claim(test, key).output)
            let refused = await claim(test, other).refusal
            let another = KeyClaim(key: key.key, fingerprint: other.fingerprint)
            let reused = await claim(test, another).refusal
            test.clock.advance(1_000)
            let second = try #require(await claim(test, key, isTaken: true).output)

            guard case .fresh(let claim) = first, case .resumed(let resumed) = second else {
                Issue.record("it says \(first), then \(second)")
                return
            }
            #expect(claim.email == email && claim.phone == "+79161234567")
            #expect(claim.locale == "en" && claim.key == key)
            #expect(claim.claimedAt == test.clock.later(-1_000))
            #expect(refused == .registrationInProgress && reused == .keyReused)
            #expect(resumed.id == claim.id && resumed.claimedAt == claim.claimedAt)
            #expect(resumed.attemptedAt == test.clock.now)
            #expect(try await test.output(ReadClaim.self, email) == resumed)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a claim that is over is replaced, unless a user was made`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let (key, other) = (TestStore.newKey(), TestStore.newKey())
            guard case .fresh(let first)? = await claim(test, key).output else {
                Issue.record("not claimed")
                return
            }
            test.clock.advance(RegistrationClaim.lifetime - 1)
            #expect(await claim(test, other).refusal == .registrationInProgress)
            test.clock.advance(1)
            #expect(await claim(test, other, isTaken: true).output == .taken)
            #expect(try await test.output(ReadClaim.self, email) == first)
            guard case .fresh(let second)? = await claim(test, other).output else {
                Issue.record("not replaced")
                return
            }
            #expect(second.id != first.id && second.key == other)
            #expect(try await test.output(ReadClaim.self, email) == second)
            // The attempt that was overtaken can neither go on nor end the other's claim.
            #expect(await test.run(EndRegistration.self, first).refusal == .registrationInProgress)
            #expect(
                await test.run(RenewRegistration.self, first).refusal == .registrationInProgress
            )
            #expect(await test.run(EndRegistration.self, second).refusal == nil)
            #expect(try await test.output(ReadClaim.self, email) == nil)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `of many keys at once one gets the e-mail`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let inputs = (0..<20).map { _ in input(TestStore.newKey()) }

            let ends = await test.runBatch(ClaimRegistration.self, inputs.map { ($0, nil) })

            #expect(ends.count { $0.output != nil } == 1)
            #expect(ends.count { $0.refusal == .registrationInProgress } == 19)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a registration opens the account with its contact, ends its claim, and stays as it was`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let (user, key) = (UserID(TestStore.randomUUID()), TestStore.newKey())
            let runner = StoreEffectRunner(store: test.store)
            guard case .fresh(let claim)? = await claim(test, key).output else {
                Issue.record("not claimed")
                return
            }
            func complete() async throws -> Registration {
                try await runner.complete(
                    CompleteRegistration.self,
                    .opened(user, claim),
                    test.call,
                    recording: key
                ).get().registration
            }
            let first = try await complete()
            await test.open(user, ContactClaims(email: "anna@example.com"))
            await test.deposit(user, 100)
            test.clock.advance(9_000)
            let second = try await complete()

            #expect(first.userID == user && first.email == email && first.balance == 0)
            #expect(first.currency == "RUB")
            #expect(second == first)
            #expect(try await test.output(ReadClaim.self, email) == nil)
            let account = try #require(try await test.output(ReadAccount.self, user))
            #expect(account.createdAt == first.accountCreatedAt)
            #expect(
                account.contact
                    == Contact(email: "anna@example.com", phone: "+79161234567", locale: "en")
            )
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `an e-mail that is taken is recorded, and leaves another's claim alone`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let (key, other) = (TestStore.newKey(), TestStore.newKey())
            guard case .fresh(let claim)? = await claim(test, other).output else {
                Issue.record("not claimed")
                return
            }
            let taken = CompleteRegistration.Ending.emailTaken(email)

            let first = await test.run(CompleteRegistration.self, taken, key: key)
            let second = await test.run(CompleteRegistration.self, taken, key: key)

            #expect(first.refusal == .emailTaken)
            guard case .problem("emailTaken", _)? = second.recorded else {
                Issue.record("it says \(second.ending)")
                return
            }
            #expect(try await test.output(ReadClaim.self, email) == claim)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a renewed claim counts its minute from shortly before its last attempt`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let key = TestStore.newKey()
            _ = await claim(test, key)
            test.clock.advance(20_000)
            guard case .resumed(let resumed)? = await claim(test, key).output else {
                Issue.record("not resumed")
                return
            }

            let renewed = await test.run(RenewRegistration.self, resumed).output

            #expect(renewed?.claimedAt == test.clock.later(-RegistrationClaim.patience))
            #expect(try await test.output(ReadClaim.self, email) == renewed)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `the sweeper finds the claims whose last attempt is long ago, oldest first`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let keys = (0..<4).map { _ in TestStore.newKey() }
            var claims: [RegistrationClaim] = []
            for (number, key) in keys.enumerated() {
                let email = "user\(number)@example.org"
                guard case .fresh(let claim)? = await claim(test, key, email).output else {
                    Issue.record("not claimed")
                    return
                }
                claims.append(claim)
                test.clock.advance(1_000)
            }
            // The first tries again, and the second ends.
            _ = await claim(test, keys[0], "user0@example.org")
            _ = await test.run(EndRegistration.self, claims[1])

            let edge = claims[3].attemptedAt
            let before = try await test.store.staleClaims(before: edge, limit: 10)
            let all = try await test.store.staleClaims(before: test.clock.later(1), limit: 10)
            let one = try await test.store.staleClaims(before: test.clock.later(1), limit: 1)

            #expect(before == [claims[2]])
            #expect(all.map(\.id) == [claims[2].id, claims[3].id, claims[0].id])
            #expect(one == [claims[2]])
        }
    }

    private func claim(
        _ test: TestStore,
        _ key: KeyClaim,
        _ email: String? = nil,
        isTaken: Bool = false
    ) async -> TestEnding<ClaimRegistration> {
        await test.run(ClaimRegistration.self, input(key, email, isTaken: isTaken))
    }

    private func input(
        _ key: KeyClaim,
        _ email: String? = nil,
        isTaken: Bool = false
    ) -> ClaimRegistration.Input {
        let request = Register.Input(
            email: email ?? self.email,
            password: "correct horse",
            firstName: "Anna",
            lastName: "Ivanova",
            phone: "+79161234567",
            locale: "en"
        )
        return ClaimRegistration.Input(request, key, isTaken: isTaken)
    }
}
