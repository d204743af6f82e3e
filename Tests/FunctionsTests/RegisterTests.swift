import Functions
import Testing

struct RegisterTests {
    @Test func `a new user gets an account, and the contact is kept`() async throws {
        let world = try await RegistrationWorld()
        let ending = await world.register(phone: "+79161234567", locale: "en")
        let reply = try #require(ending.reply)
        let userID = reply.registration.userID

        #expect(reply.status == 201)
        #expect(await world.identity.users["anna@example.com"]?.id == userID)
        #expect(
            reply.rendered == """
                {"userId":"\(userID)","email":"anna@example.com","account":{"userId":"\(userID)",\
                "balance":0,"currency":"RUB","createdAt":"2025-11-25T11:00:00.000Z"}}
                """
        )
        let account = try #require(try await world.account(userID))
        #expect(
            account.contact
                == Contact(email: "anna@example.com", phone: "+79161234567", locale: "en")
        )
        #expect(try await world.claim() == nil)
    }

    @Test func `the same key again answers the same bytes`() async throws {
        let world = try await RegistrationWorld()
        let first = try #require(await world.register().reply)
        try await world.store.output(
            Deposit.self,
            .init(userID: first.registration.userID, amount: 5)
        )
        world.store.clock.advance(seconds: 3_600)
        let again = try #require(await world.register().reply)
        #expect(again.rendered == first.rendered)
        #expect(await world.identity.creations == 1)
    }

    @Test func `an e-mail that is taken stays refused to its key, forever`() async throws {
        let world = try await RegistrationWorld()
        let before = await world.identity.add("anna@example.com")
        world.store.clock.advance(seconds: 1)

        let first = await world.register()
        #expect(first.code == .emailTaken)
        #expect(Register.Code.emailTaken.status == 409)
        #expect(Register.Code.emailTaken.retryAfter == nil)
        #expect(await world.register().code == .emailTaken)
        #expect(try await world.account(before) == nil)
        #expect(try await world.claim() == nil)
        #expect(await world.identity.creations == 0)
    }

    @Test func `another key waits while a registration of the e-mail may be alive`() async throws {
        let world = try await RegistrationWorld()
        // Dies when the user is to be made.
        #expect(await world.register(faults: Faults(step: 2)).isUnavailable)
        world.store.clock.advance(seconds: 59)
        let other = await world.register(key: .named(2))
        #expect(other.code == .registrationInProgress)
        #expect(Register.Code.registrationInProgress.retryAfter != nil)
        #expect(Register.Code.registrationInProgress.isRecorded == false)

        world.store.clock.advance(seconds: 1)
        #expect(await world.register(key: .named(2)).reply != nil)
        #expect(await world.identity.creations == 1)
        // The first key is not the user's: it did not make them.
        #expect(await world.register().code == .emailTaken)
    }

    @Test func `the same key for another request is refused while it is alive`() async throws {
        let world = try await RegistrationWorld()
        #expect(await world.register(faults: Faults(step: 2)).isUnavailable)
        let other = await world.register(key: .named(1, request: 9))
        #expect(other.code == .keyReused)
        #expect(Register.Code.keyReused.isRecorded == false)
        #expect(await world.register().reply != nil)
    }

    @Test func `a user who came between look-up and creation is not touched`() async throws {
        let world = try await RegistrationWorld()
        let identity = world.identity
        await identity.beforeCreation { await identity.add("anna@example.com") }
        #expect(await world.register().code == .emailTaken)
        let stranger = try #require(await identity.users["anna@example.com"])
        #expect(try await world.account(stranger.id) == nil)
        #expect(try await world.claim() == nil)
        #expect(await world.register().code == .emailTaken)
    }

    @Test func `a resumed attempt adopts no user from after its minute`() async throws {
        let world = try await RegistrationWorld()
        #expect(await world.register(faults: Faults(step: 2)).isUnavailable)
        world.store.clock.advance(seconds: 61)
        let stranger = await world.identity.add("anna@example.com")
        #expect(await world.register().code == .emailTaken)
        #expect(try await world.account(stranger) == nil)
    }

    @Test func `a resumed attempt that found nobody has a new minute`() async throws {
        let world = try await RegistrationWorld()
        #expect(await world.register(faults: Faults(step: 2)).isUnavailable)
        world.store.clock.advance(seconds: 55)
        // Makes the user 10 s after it began, and dies before the account is open.
        let clock = world.store.clock
        await world.identity.beforeCreation { clock.advance(seconds: 10) }
        #expect(await world.register(faults: Faults(step: 5)).isUnavailable)
        #expect(await world.identity.creations == 1)
        #expect(await world.register().reply != nil)
    }

    @Test func `what the provider refuses is told at its member, and not kept`() async throws {
        let world = try await RegistrationWorld()
        let errors = [InputProblem(.pointer("/password"), "must have at least 8 characters")]
        await world.identity.refuse(errors)
        let ending = await world.register()
        #expect(ending.code == .profileRefused)
        #expect(Register.Code.profileRefused.status == 422)
        guard case .failure(.problem(let problem)) = ending else { return }
        #expect(problem.errors == errors)
        #expect(try await world.claim() == nil)

        await world.identity.refuse(nil)
        #expect(await world.register().reply != nil)
    }

    @Test func `a key that was used for another e-mail meanwhile leaves no user without account`()
        async throws
    {
        let world = try await RegistrationWorld()
        // Dies when the account is to be opened.
        #expect(await world.register(faults: Faults(step: 3)).isUnavailable)
        let other = await world.register("boris@example.com", key: .named(1, request: 9))
        #expect(other.reply != nil)
        world.store.clock.advance(seconds: 61)
        try await world.sweep()
        let anna = try #require(await world.identity.users["anna@example.com"])
        #expect(try await world.account(anna.id) != nil)
        #expect(try await world.claim() == nil)
    }
}
