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
        guard let problem: Problem<F.Code> = RecordedProblem.decode(code, detail) else {
            return invocation.refuseBroken("a recorded problem cannot be rendered")
        }
        invocation.refuse(
            ProblemDocument(ProblemDescription(problem)),
            requestID: record.requestID,
            isReplayed: true
        )
    }
}

/// A problem's detail and errors as one text: what a key's record keeps of it beside its code.
enum RecordedProblem {
    static func encode(_ problem: ProblemDescription) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("detail")
        writer.string(problem.detail)
        writer.name("errors")
        writer.raw(problem.errors.json)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Nil where this release does not know the code.
    static func decode<Code>(_ code: String, _ text: String) -> Problem<Code>? {
        guard let code = Code(rawValue: code), let json = try? JSON.parse(text),
            let detail = json["detail"]?.string, let list = json["errors"]?.array
        else { return nil }
        let errors = list.compactMap { error -> InputProblem? in
            guard let detail = error["detail"]?.string, let pointer = error["pointer"]?.string
            else { return nil }
            return InputProblem(.pointer(pointer), detail)
        }
        return Problem(code, detail, errors: errors)
    }
}
