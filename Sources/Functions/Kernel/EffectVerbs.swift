/// What an effect's body says, with every failure turned into the effect's own.
extension EffectContext {
    func read<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(EffectError<F.Code>) -> F.Output {
        let result: Result<F.Output, Problem<F.Code>>
        do throws(StoreUnavailable) {
            result = try await query(function, input, call)
        } catch {
            throw .unavailable(error.reason)
        }
        switch result {
        case .success(let output): return output
        case .failure(let problem): throw .problem(problem)
        }
    }

    @discardableResult
    func run<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(EffectError<F.Code>) -> F.Output {
        let result: Result<F.Output, Problem<F.Code>>
        do throws(StoreUnavailable) {
            result = try await self.call(function, input, call)
        } catch {
            throw .unavailable(error.reason)
        }
        switch result {
        case .success(let output): return output
        case .failure(let problem): throw .problem(problem)
        }
    }

    func user<Code>(
        _ email: String,
        _ codes: Code.Type
    ) async throws(EffectError<Code>) -> IdentityAdministration.FoundUser? {
        do throws(ProviderUnavailable) {
            return try await identity.findUser(email)
        } catch {
            throw .unavailable(error.reason)
        }
    }

    func create<Code>(
        _ user: IdentityAdministration.NewUser,
        _ codes: Code.Type
    ) async throws(EffectError<Code>) -> IdentityAdministration.Creation {
        do throws(ProviderUnavailable) {
            return try await identity.createUser(user)
        } catch {
            throw .unavailable(error.reason)
        }
    }
}
