import Functions

/// Makes one step of an effect fail, as if the process had died there: before it took effect, or
/// after it did and before anybody heard of it.
actor Faults {
    enum Moment: CaseIterable { case before, after }

    private let failing: Int?
    private let moment: Moment
    private var count = 0
    private(set) var hasFailed = false

    init(step: Int? = nil, _ moment: Moment = .before) {
        failing = step
        self.moment = moment
    }

    nonisolated func step<Output: Sendable, Failure: Error>(
        _ failure: Failure,
        _ body: () async throws(Failure) -> Output
    ) async throws(Failure) -> Output {
        let fails = await isNext()
        if fails, moment == .before { throw failure }
        let output = try await body()
        if fails { throw failure }
        return output
    }

    private func isNext() -> Bool {
        defer { count += 1 }
        guard count == failing else { return false }
        hasFailed = true
        return true
    }
}

/// A runner whose steps fail as the faults have it.
struct FaultyRunner: EffectRunner {
    let runner: any EffectRunner
    let faults: Faults

    func query<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>> {
        try await faults.step(StoreUnavailable("query")) {
            () async throws(StoreUnavailable) in
            try await runner.query(function, input, call)
        }
    }

    func run<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>> {
        try await faults.step(StoreUnavailable("run")) {
            () async throws(StoreUnavailable) in
            try await runner.run(function, input, call)
        }
    }

    func complete<F: KeyedFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call,
        recording key: KeyClaim
    ) async throws(CompletionFailure) -> Result<F.Output, Problem<F.Code>> {
        try await faults.step(CompletionFailure.unavailable("complete")) {
            () async throws(CompletionFailure) in
            try await runner.complete(function, input, call, recording: key)
        }
    }
}
