package import Functions

/// Runs an effect's queries and transactions on the store and waits for their end.
package struct StoreEffectRunner: EffectRunner {
    private let store: any Store

    package init(store: any Store) { self.store = store }

    package func query<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>> {
        let store = store
        let ending: Result<Result<F.Output, Problem<F.Code>>, StoreUnavailable> =
            await withCheckedContinuation { continuation in
                store.read(
                    AwaitedQuery<F>(input: input, call: call) { continuation.resume(returning: $0) }
                )
            }
        return try ending.get()
    }

    package func run<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>> {
        let body = TransactionBody<F>(input: input, call: call) { _ in nil }
        let (result, ending) = await submit(body, key: nil)
        return try outcome(result, ending)
    }

    package func complete<F: KeyedFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call,
        recording key: KeyClaim
    ) async throws(CompletionFailure) -> Result<F.Output, Problem<F.Code>> {
        let body = TransactionBody<F>(input: input, call: call, record: F.ending)
        let (result, ending) = await submit(body, key: key)
        switch ending {
        case .replayed(let record): return try await recall(function, record, call)
        case .keyReused: throw .keyReused
        default:
            do throws(StoreUnavailable) {
                return try outcome(result, ending)
            } catch {
                throw .unavailable(error.reason)
            }
        }
    }

    private func submit<F: TransactionFunction>(
        _ body: TransactionBody<F>,
        key: KeyClaim?
    ) async -> (Result<F.Output, Problem<F.Code>>?, StoreEnding) {
        let store = store
        return await withCheckedContinuation { continuation in
            store.submit(
                AwaitedTransaction(body: body, key: key) { continuation.resume(returning: $0) }
            )
        }
    }

    private func outcome<Output, Code>(
        _ result: Result<Output, Problem<Code>>?,
        _ ending: StoreEnding
    ) throws(StoreUnavailable) -> Result<Output, Problem<Code>> {
        switch ending {
        case .committed:
            guard let result else { throw StoreUnavailable("a transaction did not run") }
            return result
        case .unavailable(let reason), .broken(let reason): throw StoreUnavailable(reason)
        case .dropped, .replayed, .keyReused, .keyInProgress:
            throw StoreUnavailable("the transaction was not run")
        }
    }

    /// What an earlier run of the same effect has recorded.
    private func recall<F: KeyedFunction>(
        _ function: F.Type,
        _ record: KeyRecord,
        _ call: Call
    ) async throws(CompletionFailure) -> Result<F.Output, Problem<F.Code>> {
        switch record.ending {
        case .reply(let name, let reference):
            guard let outcome = F.Output.Outcome(rawValue: name) else { break }
            let store = store
            let output = await withCheckedContinuation { continuation in
                store.read(
                    RecallRun<F>(outcome: outcome, reference: reference, call: call) {
                        continuation.resume(returning: $0)
                    }
                )
            }
            if let output { return .success(output) }
        case .problem(let code, let detail):
            if let problem = Problem<F.Code>(recorded: code, detail) {
                return .failure(problem)
            }
        }
        throw .unavailable("a recorded answer cannot be read")
    }
}

/// Reads an output again by its reference.
///
/// Unchecked: `output` is written by `run` and read by `finish`, one after the other.
private final class RecallRun<F: KeyedFunction>: StoreQuery, @unchecked Sendable {
    let reader = -1
    private let outcome: F.Output.Outcome
    private let reference: UUID
    private let call: Call
    private let done: @Sendable (F.Output?) -> Void
    private var output: F.Output?

    init(
        outcome: F.Output.Outcome,
        reference: UUID,
        call: Call,
        done: @escaping @Sendable (F.Output?) -> Void
    ) {
        self.outcome = outcome
        self.reference = reference
        self.call = call
        self.done = done
    }

    func run(_ snapshot: borrowing Snapshot) {
        output = F.recall(outcome, reference, call, in: snapshot)
    }

    func finish(_ failure: StoreUnavailable?) { done(failure == nil ? output : nil) }
}

/// Unchecked: `result` is written by `run` and read by `finish`, one after the other.
private final class AwaitedQuery<F: QueryFunction>: StoreQuery, @unchecked Sendable {
    typealias Ending = Result<Result<F.Output, Problem<F.Code>>, StoreUnavailable>

    let reader = -1
    private let input: F.Input
    private let call: Call
    private let done: @Sendable (Ending) -> Void
    private var result: Result<F.Output, Problem<F.Code>>?

    init(input: F.Input, call: Call, done: @escaping @Sendable (Ending) -> Void) {
        self.input = input
        self.call = call
        self.done = done
    }

    func run(_ snapshot: borrowing Snapshot) {
        do throws(Problem<F.Code>) {
            result = .success(try F.handle(input, call, in: snapshot))
        } catch {
            result = .failure(error)
        }
    }

    func finish(_ failure: StoreUnavailable?) {
        guard let result, failure == nil else {
            return done(.failure(failure ?? StoreUnavailable("a query did not run")))
        }
        done(.success(result))
    }
}

/// Unchecked: `result` is written by `run` and read by `finish`, one after the other.
private final class AwaitedTransaction<F: TransactionFunction>: StoreJob, @unchecked Sendable {
    typealias Outcome = (Result<F.Output, Problem<F.Code>>?, StoreEnding)

    let rows: Rows
    let key: KeyClaim?
    let isAbandoned = false
    var requestID: UUID { body.call.requestID }
    private let body: TransactionBody<F>
    private let done: @Sendable (Outcome) -> Void
    private var result: Result<F.Output, Problem<F.Code>>?

    init(
        body: TransactionBody<F>,
        key: KeyClaim?,
        done: @escaping @Sendable (Outcome) -> Void
    ) {
        self.body = body
        self.key = key
        self.done = done
        rows = body.rows
    }

    func run(_ transaction: borrowing Transaction) -> StoreVerdict {
        let (result, verdict) = body.run(transaction)
        self.result = result
        return verdict
    }

    func finish(_ ending: StoreEnding) { done((result, ending)) }
}
