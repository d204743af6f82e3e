/// Identity's rules: one claim an e-mail, changed only by the attempt that saw it last.
extension Transaction {
    func claim(of email: String) -> RegistrationClaim? { draft.claim(email) }

    func keep(_ claim: RegistrationClaim) { draft.set(claim: claim, for: claim.email) }

    func end(_ claim: RegistrationClaim) { draft.set(claim: nil, for: claim.email) }

    /// Whether the claim still stands as the attempt left it.
    ///
    /// Each attempt moves `attemptedAt` on, so an attempt that was overtaken finds another.
    func isCurrent(_ claim: RegistrationClaim) -> Bool {
        guard let current = self.claim(of: claim.email) else { return false }
        return current.id == claim.id && current.attemptedAt == claim.attemptedAt
    }

    func write(_ registration: Registration) { draft.write(.registration(registration)) }
}

extension Snapshot {
    func registration(_ id: RegistrationID) -> Registration? { source.registration(id) }
}

extension EffectContext {
    /// Ends a registration under its key, whose record decides where there is one already.
    func conclude(
        _ ending: CompleteRegistration.Ending,
        _ key: KeyClaim,
        _ call: Call
    ) async throws(EffectError<Register.Code>) -> RegistrationReply {
        let result: Result<RegistrationReply, Problem<Register.Code>>
        do throws(CompletionFailure) {
            result = try await complete(CompleteRegistration.self, ending, call, under: key)
        } catch {
            switch error {
            case .unavailable(let reason): throw .unavailable(reason)
            // The client has used its key for another e-mail meanwhile. The user is there all the
            // same, and gets an account.
            case .keyReused: return try await run(CompleteRegistration.self, ending, call)
            }
        }
        switch result {
        case .success(let reply): return reply
        case .failure(let problem): throw .problem(problem)
        }
    }
}
