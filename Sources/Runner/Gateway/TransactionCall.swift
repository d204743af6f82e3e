internal import Functions

/// A transaction without a key, with its input.
struct PreparedTransaction<F: TransactionFunction & DeclaredFunction>: PreparedCall {
    let input: F.Input

    func start(_ invocation: Invocation) {
        let body = TransactionBody<F>(input: input, call: invocation.call) { _ in nil }
        invocation.services.store.submit(TransactionRun(body, invocation, key: nil))
    }
}

/// A transaction whose end is recorded under the request's key, with its input.
struct PreparedKeyedTransaction<F: KeyedFunction & DeclaredFunction>: PreparedCall {
    let input: F.Input

    func start(_ invocation: Invocation) {
        let body = TransactionBody<F>(input: input, call: invocation.call, record: F.ending)
        let run = KeyedTransactionRun(body, invocation, key: invocation.claim)
        invocation.services.store.submit(run)
    }
}

extension KeyedFunction {
    /// What is recorded of an output.
    static func ending(_ output: Output) -> KeyRecord.Ending? {
        .reply(outcome: output.outcome.rawValue, reference: reference(output))
    }
}

/// A transaction's body over its input, and how it ended.
struct TransactionBody<F: TransactionFunction>: Sendable {
    let input: F.Input
    let call: Call
    /// What is recorded of an output; nil where nothing is.
    let record: @Sendable (F.Output) -> KeyRecord.Ending?

    var rows: Rows { F.rows(input, call) }

    func run(
        _ transaction: borrowing Transaction
    ) -> (result: Result<F.Output, Problem<F.Code>>, verdict: StoreVerdict) {
        do throws(Problem<F.Code>) {
            let output = try F.handle(input, call, in: transaction)
            return (.success(output), .keep(record(output)))
        } catch {
            let description = ProblemDescription(error)
            let ending: KeyRecord.Ending? =
                description.isRecorded
                ? .problem(code: description.code, detail: description.detail)
                : nil
            return (.failure(error), .drop(ending))
        }
    }
}

/// One run of a transaction for an invocation.
///
/// Unchecked: `result` is written on the writer's thread by `run` and read after the commit.
private class TransactionRun<F: TransactionFunction & DeclaredFunction>: StoreJob,
    @unchecked Sendable
{
    final let rows: Rows
    final let key: KeyClaim?
    final let invocation: Invocation
    private final let body: TransactionBody<F>
    private final var result: Result<F.Output, Problem<F.Code>>?

    init(_ body: TransactionBody<F>, _ invocation: Invocation, key: KeyClaim?) {
        self.body = body
        self.invocation = invocation
        self.key = key
        rows = body.rows
    }

    /// Gives the answer that is recorded under the key; never asked without one.
    func replay(_ record: KeyRecord) {}

    final var requestID: UUID { invocation.call.requestID }
    final var isAbandoned: Bool { invocation.isAbandoned }

    final func run(_ transaction: borrowing Transaction) -> StoreVerdict {
        let (result, verdict) = body.run(transaction)
        self.result = result
        return verdict
    }

    final func finish(_ ending: StoreEnding) {
        invocation.function.inFlight.leave()
        invocation.exchange.resume { _ in self.answer(ending) }
    }

    private final func answer(_ ending: StoreEnding) {
        switch ending {
        case .committed:
            switch result {
            case .success(let output):
                invocation.answer(output, requestID: invocation.call.requestID)
            case .failure(let problem): invocation.refuse(problem)
            case nil: invocation.refuseBroken("a transaction did not run")
            }
        case .replayed(let record): replay(record)
        case .keyReused: invocation.refuseReuse()
        case .keyInProgress: invocation.refuseInProgress()
        case .unavailable(let reason): invocation.refuseUnavailable(reason)
        case .broken(let reason): invocation.refuseBroken(reason)
        case .dropped: invocation.exchange.abort()
        }
    }
}

/// A run that an earlier one with the same key may have answered already.
///
/// Unchecked as its superclass is: it has no state of its own.
private final class KeyedTransactionRun<F: KeyedFunction & DeclaredFunction>: TransactionRun<F>,
    @unchecked Sendable
{
    override func replay(_ record: KeyRecord) { Replay<F>(invocation, record).start() }
}
