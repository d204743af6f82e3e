internal import Functions

/// Gives an earlier answer again, rendered from its record: the same status and the same bytes.
///
/// Unchecked: `output` is written by `run` and read by `finish`, one after the other.
final class Replay<F: KeyedFunction>: StoreQuery, @unchecked Sendable {
    private let invocation: Invocation
    private let record: KeyRecord
    private var output: F.Output?

    init(_ invocation: Invocation, _ record: KeyRecord) {
        self.invocation = invocation
        self.record = record
    }

    var reader: Int { invocation.exchange.loop }

    /// On the exchange's loop.
    func start() {
        switch record.ending {
        case .reply: invocation.services.store.read(self)
        case .problem(let code, let detail): answerProblem(code, detail)
        }
    }

    func run(_ snapshot: borrowing Snapshot) {
        guard case .reply(let name, let reference) = record.ending,
            let outcome = F.Output.Outcome(rawValue: name)
        else { return }
        output = F.recall(outcome, reference, invocation.call, in: snapshot)
    }

    func finish(_ failure: StoreUnavailable?) {
        if invocation.services.store.answersInPlace {
            answer(failure)
        } else {
            invocation.onLoop { _ in self.answer(failure) }
        }
    }

    private func answer(_ failure: StoreUnavailable?) {
        if let failure { return invocation.refuseUnavailable(failure.reason) }
        guard let output else {
            return invocation.refuseBroken("a recorded answer cannot be rendered")
        }
        invocation.answer(output, requestID: record.requestID, isReplayed: true)
    }

    private func answerProblem(_ code: String, _ detail: String) {
        guard let problem = Problem<F.Code>(recorded: code, detail) else {
            return invocation.refuseBroken("a recorded problem cannot be rendered")
        }
        invocation.refuse(
            ProblemDocument(ProblemDescription(problem)),
            requestID: record.requestID,
            isReplayed: true
        )
    }
}
