internal import Functions

/// An effect without a key, with its input.
struct PreparedEffect<F: EffectFunction & DeclaredFunction>: PreparedCall {
    let input: F.Input

    func start(_ invocation: Invocation) {
        let input = input
        let task = Task {
            let ending = await EffectEnding<F>.of(input, invocation)
            invocation.function.inFlight.leave()
            invocation.onLoop { ending.answer($0) }
        }
        invocation.onAbandon { task.cancel() }
    }
}

/// An effect whose end is recorded under the request's key, with its input.
///
/// Before it runs, its key is looked up; while it runs, the same key waits for it.
struct PreparedKeyedEffect<F: KeyedEffectFunction & DeclaredFunction>: PreparedCall {
    let input: F.Input

    func start(_ invocation: Invocation) {
        let input = input
        let task = Task {
            await KeyedEffectRun<F>(input: input, invocation: invocation).run()
            invocation.function.inFlight.leave()
        }
        invocation.onAbandon { task.cancel() }
    }
}

/// How an effect ended, on its way to the loop.
private struct EffectEnding<F: EffectFunction & DeclaredFunction>: Sendable {
    let result: Result<F.Output, EffectError<F.Code>>

    static func of(_ input: F.Input, _ invocation: Invocation) async -> EffectEnding {
        let context = invocation.services.effectContext(key: invocation.claim)
        do throws(EffectError<F.Code>) {
            return EffectEnding(
                result: .success(try await F.handle(input, invocation.call, in: context))
            )
        } catch {
            return EffectEnding(result: .failure(error))
        }
    }

    func answer(_ invocation: Invocation) {
        switch result {
        case .success(let output): invocation.answer(output, requestID: invocation.call.requestID)
        case .failure(.problem(let problem)): invocation.refuse(problem)
        case .failure(.unavailable(let reason)):
            invocation.services.log.warning(
                "an effect could not go on",
                [("function", invocation.function.declaration.name), ("reason", reason)]
            )
            invocation.refuse(
                .dependencyUnavailable,
                "A part of the system does not answer just now. Send the same request with the same "
                    + "key again shortly."
            )
        }
    }
}

/// One run of a keyed effect: look up, run alone, answer.
private struct KeyedEffectRun<F: KeyedEffectFunction & DeclaredFunction>: Sendable {
    /// How long the same key waits for the one that is running.
    private static var patience: Duration { .seconds(5) }

    let input: F.Input
    let invocation: Invocation

    func run() async {
        guard let claim = invocation.claim else {
            return invocation.onLoop { $0.refuseBroken("a keyed effect has no key") }
        }
        let running = invocation.services.runningEffects
        guard await running.enter(claim.key, patience: Self.patience) else {
            return invocation.onLoop { $0.refuseInProgress() }
        }
        defer { running.leave(claim.key) }
        switch await lookUp(claim) {
        case .replayed(let record): invocation.onLoop { Replay<F.Completion>($0, record).start() }
        case .keyReused: invocation.onLoop { $0.refuseReuse() }
        case .keyInProgress: invocation.onLoop { $0.refuseInProgress() }
        case .unavailable(let reason): invocation.onLoop { $0.refuseUnavailable(reason) }
        case .broken(let reason): invocation.onLoop { $0.refuseBroken(reason) }
        case .dropped: invocation.onLoop { $0.exchange.abort() }
        case .committed:
            let ending = await EffectEnding<F>.of(input, invocation)
            invocation.onLoop { ending.answer($0) }
        }
    }

    private func lookUp(_ claim: KeyClaim) async -> StoreEnding {
        let (store, requestID) = (invocation.services.store, invocation.call.requestID)
        return await withCheckedContinuation { continuation in
            store.submit(
                KeyLookUp(key: claim, requestID: requestID) { continuation.resume(returning: $0) }
            )
        }
    }
}

/// Asks the writer whether a key has a record; writes nothing.
private final class KeyLookUp: StoreJob {
    let rows = Rows()
    let key: KeyClaim?
    let requestID: UUID
    let isAbandoned = false
    private let done: @Sendable (StoreEnding) -> Void

    init(key: KeyClaim, requestID: UUID, done: @escaping @Sendable (StoreEnding) -> Void) {
        self.key = key
        self.requestID = requestID
        self.done = done
    }

    func run(_ transaction: borrowing Transaction) -> StoreVerdict { .drop(nil) }

    func finish(_ ending: StoreEnding) { done(ending) }
}
