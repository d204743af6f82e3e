import Functions

/// An identity provider that keeps users in memory.
actor TestIdentity {
    typealias FoundUser = IdentityAdministration.FoundUser

    private let clock: TestClock
    private(set) var users: [String: FoundUser] = [:]
    /// How many users were made through the administration.
    private(set) var creations = 0
    private var refusal: [InputProblem]?
    /// Runs once, between the look-up and the creation that follow.
    private var interlude: (@Sendable () async -> Void)?

    init(_ clock: TestClock) { self.clock = clock }

    /// A user who came some other way.
    @discardableResult
    func add(_ email: String, createdAt: Timestamp? = nil) -> UserID {
        let id = UserID(UUID(high: 0x1D00_0000_0000_4000, low: 0x8000_0000 + UInt64(users.count)))
        users[email] = FoundUser(id: id, createdAt: createdAt ?? clock.now)
        return id
    }

    func refuse(_ errors: [InputProblem]?) { refusal = errors }

    func beforeCreation(_ interlude: @escaping @Sendable () async -> Void) {
        self.interlude = interlude
    }

    private func find(_ email: String) -> FoundUser? { users[email] }

    private func create(_ user: IdentityAdministration.NewUser) async
        -> IdentityAdministration
        .Creation
    {
        if let interlude {
            self.interlude = nil
            await interlude()
        }
        if let refusal { return .refused(refusal) }
        guard users[user.email] == nil else { return .exists }
        creations += 1
        return .created(add(user.email))
    }

    /// The verbs, each of which may fail as the faults have it.
    nonisolated func administration(_ faults: Faults = Faults()) -> IdentityAdministration {
        IdentityAdministration(
            findUser: { email async throws(ProviderUnavailable) -> FoundUser? in
                try await faults.step(ProviderUnavailable("find")) {
                    () async throws(ProviderUnavailable) -> FoundUser? in
                    await self.find(email)
                }
            },
            createUser: {
                user async throws(ProviderUnavailable) -> IdentityAdministration.Creation in
                try await faults.step(ProviderUnavailable("create")) {
                    () async throws(ProviderUnavailable) -> IdentityAdministration.Creation in
                    await self.create(user)
                }
            }
        )
    }
}
