import Functions
import Testing

/// Registrations that die at every step.
struct RegistrationFaultTests {
    /// More than a registration has.
    private static let steps = 0..<8

    @Test(arguments: steps, Faults.Moment.allCases)
    func `killed at any step, the same key goes on`(step: Int, moment: Faults.Moment) async throws {
        let world = try await RegistrationWorld()
        let faults = Faults(step: step, moment)
        let first = await world.register(phone: "+79161234567", faults: faults)
        #expect(first.isUnavailable == (await faults.hasFailed))
        let ending = await world.register(phone: "+79161234567")
        let reply = try #require(ending.reply)
        try await expectOneUser(world, reply.registration.userID)
    }

    @Test(arguments: steps, steps)
    func `killed at any step, and again when resumed, the same key goes on`(
        first: Int,
        second: Int
    ) async throws {
        let world = try await RegistrationWorld()
        for step in [first, second] {
            _ = await world.register(phone: "+79161234567", faults: Faults(step: step, .after))
        }
        let reply = try #require(await world.register(phone: "+79161234567").reply)
        try await expectOneUser(world, reply.registration.userID)
    }

    @Test(arguments: steps, Faults.Moment.allCases)
    func `killed at any step and never asked again, the sweeper ends it`(
        step: Int,
        moment: Faults.Moment
    ) async throws {
        let world = try await RegistrationWorld()
        _ = await world.register(phone: "+79161234567", faults: Faults(step: step, moment))
        world.store.clock.advance(seconds: 61)
        try await world.sweep()

        #expect(try await world.claim() == nil)
        let creations = await world.identity.creations
        if let user = await world.identity.users["anna@example.com"] {
            #expect(creations == 1)
            try await expectOneUser(world, user.id)
            // The key's answer is there for whoever asks after all.
            let reply = try #require(await world.register(phone: "+79161234567").reply)
            #expect(reply.registration.userID == user.id)
        } else {
            #expect(creations == 0)
        }
    }

    @Test(arguments: 0..<3, Faults.Moment.allCases)
    func `a sweeper that dies leaves the rest to the next`(
        step: Int,
        moment: Faults.Moment
    ) async throws {
        let world = try await RegistrationWorld()
        _ = await world.register(phone: "+79161234567", faults: Faults(step: 2, .after))
        world.store.clock.advance(seconds: 61)
        try? await world.sweep(faults: Faults(step: step, moment))
        try await world.sweep()

        let user = try #require(await world.identity.users["anna@example.com"])
        try await expectOneUser(world, user.id)
    }

    @Test func `the sweeper leaves a user from outside the claim's minute alone`() async throws {
        let world = try await RegistrationWorld()
        _ = await world.register(faults: Faults(step: 2))
        world.store.clock.advance(seconds: 61)
        let stranger = await world.identity.add("anna@example.com")
        try await world.sweep()
        #expect(try await world.account(stranger) == nil)
        #expect(try await world.claim() == nil)
    }

    @Test func `the sweeper leaves a claim alone that an attempt has taken on`() async throws {
        let world = try await RegistrationWorld()
        _ = await world.register(faults: Faults(step: 2))
        let stale = try #require(try await world.claim())
        world.store.clock.advance(seconds: 61)
        _ = await world.register(faults: Faults(step: 4))
        let refused = await problem(Register.Code.self) {
            try await world.store.output(EndRegistration.self, stale)
        }
        #expect(refused?.code == .registrationInProgress)
        #expect(try await world.claim() != nil)
        #expect(await world.register().reply != nil)
    }

    @Test func `a user whom a dead attempt's call makes late is the key's own`() async throws {
        let world = try await RegistrationWorld()
        _ = await world.register(faults: Faults(step: 2))
        let called = world.store.clock.now
        world.store.clock.advance(seconds: 5)
        _ = await world.register(faults: Faults(step: 4))
        let user = await world.identity.add("anna@example.com", createdAt: called)
        let reply = try #require(await world.register().reply)
        #expect(reply.registration.userID == user)
    }

    /// One user, made once, with an account and the contact that was given; nothing left over.
    private func expectOneUser(_ world: RegistrationWorld, _ userID: UserID) async throws {
        #expect(await world.identity.creations == 1)
        #expect(await world.identity.users.mapValues(\.id) == ["anna@example.com": userID])
        let account = try #require(try await world.account(userID))
        #expect(account.contact == Contact(email: "anna@example.com", phone: "+79161234567"))
        #expect(try await world.claim() == nil)
    }
}
