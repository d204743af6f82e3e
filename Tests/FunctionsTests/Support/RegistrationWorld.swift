import Functions
import Testing

/// A store, an identity provider, and clients that register.
struct RegistrationWorld {
    typealias Ending = Result<RegistrationReply, EffectError<Register.Code>>

    static let email = "anna@example.com"

    let store: TestStore
    let identity: TestIdentity

    init() async throws {
        store = try await TestStore()
        identity = TestIdentity(store.clock)
    }

    func register(
        _ email: String = email,
        phone: String? = nil,
        locale: String? = nil,
        key: KeyClaim = .named(1),
        faults: Faults = Faults()
    ) async -> Ending {
        let input = Register.Input(
            email: email,
            password: "correct horse",
            firstName: "Anna",
            lastName: "Ivanova",
            phone: phone,
            locale: locale
        )
        do throws(EffectError<Register.Code>) {
            return .success(
                try await Register.handle(input, .by(nil), in: context(key, faults))
            )
        } catch {
            return .failure(error)
        }
    }

    /// Sweeps the e-mail's claim as the worker does, where there is one and it is not alive.
    func sweep(_ email: String = email, faults: Faults = Faults()) async throws {
        guard let claim = try await claim(email), !claim.isAlive(at: store.clock.now) else {
            return
        }
        try await RegistrationSweep.sweep(claim, .roubles, in: context(nil, faults))
    }

    func claim(_ email: String = email) async throws -> RegistrationClaim? {
        try await store.output(ReadClaim.self, email)
    }

    func account(_ userID: UserID) async throws -> Account? {
        try await store.output(ReadAccount.self, userID)
    }

    private func context(_ key: KeyClaim?, _ faults: Faults) -> EffectContext {
        EffectContext(
            key: key,
            identity: identity.administration(faults),
            delivery: LetterDelivery { _ in .sent },
            runner: FaultyRunner(runner: store.runner, faults: faults)
        )
    }
}

extension RegistrationWorld.Ending {
    var reply: RegistrationReply? { try? get() }

    var code: Register.Code? {
        guard case .failure(.problem(let problem)) = self else { return nil }
        return problem.code
    }

    var isUnavailable: Bool {
        guard case .failure(.unavailable) = self else { return false }
        return true
    }
}
