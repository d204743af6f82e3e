internal import Functions

/// A transaction without a key, with its input.
struct PreparedTransaction<F: TransactionFunction & DeclaredFunction>: PreparedCall {
    let input: F.Input

    func start(_ invocation: Invocation) {
        let body = TransactionBody<F>(input: input, call: invocation.call) { _ in nil }
        invocation.services.store.submit(
            TransactionRun(body: body, invocation: invocation, key: nil)
        )
    }
}

/// A transaction whose end is recorded under the request's key, with its input.
struct PreparedKeyedTransaction<F: KeyedFunction & DeclaredFunction>: PreparedCall {
    let input: F.Input

    func start(_ invocation: Invocation) {
        let body = TransactionBody<F>(input: input, call: invocation.call, record: F.ending)
        let run = TransactionRun(body: body, invocation: invocation, key: invocation.claim)
        run.replay = { invocation, record in Replay<F>(invocation, record).start() }
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
private final class TransactionRun<F: TransactionFunction & DeclaredFunction>: StoreJob,
    @unchecked Sendable
{
    let rows: Rows
    let key: KeyClaim?
    var replay: (@Sendable (Invocation, KeyRecord) -> Void)?
    private let body: TransactionBody<F>
    private let invocation: Invocation
    private var result: Result<F.Output, Problem<F.Code>>?

    init(body: TransactionBody<F>, invocation: Invocation, key: KeyClaim?) {
        self.body = body
        self.invocation = invocation
        self.key = key
        rows = body.rows
    }

    var requestID: UUID { invocation.call.requestID }
    var isAbandoned: Bool { invocation.isAbandoned }

    func run(_ transaction: borrowing Transaction) -> StoreVerdict {
        let (result, verdict) = body.run(transaction)
        self.result = result
        return verdict
    }

    func finish(_ ending: StoreEnding) {
        invocation.function.inFlight.leave()
        invocation.onLoop { _ in self.answer(ending) }
    }

    private func answer(_ ending: StoreEnding) {
        switch ending {
        case .committed:
            switch result {
            case .success(let output):
                invocation.answer(output, requestID: invocation.call.requestID)
            case .failure(let problem): invocation.refuse(problem)
            case nil: invocation.refuseBroken("a transaction did not run")
            }
        case .replayed(let record): replay?(invocation, record)
        case .keyReused: invocation.refuseReuse()
        case .unavailable(let reason): invocation.refuseUnavailable(reason)
        case .broken(let reason): invocation.refuseBroken(reason)
        case .dropped: invocation.exchange.abort()
        }
    }
}
