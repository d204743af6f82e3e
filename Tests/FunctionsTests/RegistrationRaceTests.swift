import Functions
import Testing

/// Registrations of one e-mail that run at the same time, as from several processes.
struct RegistrationRaceTests {
    @Test(arguments: 1...10)
    func `the same key at once makes one user`(round: UInt64) async throws {
        let world = try await RegistrationWorld()
        let endings = await race(world, keys: Array(repeating: round, count: 8))

        for ending in endings where ending.reply == nil {
            #expect(ending.code == .registrationInProgress)
        }
        let reply = try #require(await world.register(key: .named(round)).reply)
        #expect(endings.compactMap(\.reply).allSatisfy { $0.rendered == reply.rendered })
        try await expectOneUser(world, reply.registration.userID)
    }

    @Test(arguments: 1...10)
    func `of several keys at once one makes the user, and the others know`(
        round: UInt64
    ) async throws {
        let world = try await RegistrationWorld()
        let keys = (0..<8).map { round * 100 + $0 }
        let endings = await race(world, keys: keys)

        #expect(endings.count { $0.reply != nil } == 1)
        for ending in endings where ending.reply == nil {
            #expect(ending.code == .registrationInProgress || ending.code == .emailTaken)
        }
        var replies: [RegistrationReply] = []
        for key in keys {
            let ending = await world.register(key: .named(key))
            if let reply = ending.reply { replies.append(reply) }
        }
        #expect(replies.count == 1)
        try await expectOneUser(world, try #require(replies.first).registration.userID)
    }

    private func race(
        _ world: RegistrationWorld,
        keys: [UInt64]
    ) async -> [RegistrationWorld.Ending] {
        await withTaskGroup(of: RegistrationWorld.Ending.self) { group in
            for key in keys { group.addTask { await world.register(key: .named(key)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func expectOneUser(_ world: RegistrationWorld, _ userID: UserID) async throws {
        #expect(await world.identity.creations == 1)
        #expect(await world.identity.users[RegistrationWorld.email]?.id == userID)
        #expect(try await world.account(userID) != nil)
        #expect(try await world.claim() == nil)
    }
}
