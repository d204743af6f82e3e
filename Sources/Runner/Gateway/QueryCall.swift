internal import Functions

/// A query with its input.
struct PreparedQuery<F: QueryFunction & DeclaredFunction>: PreparedCall {
    let input: F.Input

    func start(_ invocation: Invocation) {
        invocation.services.store.read(QueryRun<F>(input: input, invocation: invocation))
    }
}

/// One run of a query for an invocation.
///
/// Unchecked: `result` is written by `run` and read by `finish`, one after the other.
private final class QueryRun<F: QueryFunction & DeclaredFunction>: StoreQuery, @unchecked Sendable {
    private let input: F.Input
    private let invocation: Invocation
    private var result: Result<F.Output, Problem<F.Code>>?

    init(input: F.Input, invocation: Invocation) {
        self.input = input
        self.invocation = invocation
    }

    var reader: Int { invocation.exchange.loop }

    func run(_ snapshot: borrowing Snapshot) {
        do throws(Problem<F.Code>) {
            result = .success(try F.handle(input, invocation.call, in: snapshot))
        } catch {
            result = .failure(error)
        }
    }

    func finish(_ failure: StoreUnavailable?) {
        invocation.function.inFlight.leave()
        if invocation.services.store.answersInPlace {
            answer(failure)
        } else {
            invocation.onLoop { _ in self.answer(failure) }
        }
    }

    private func answer(_ failure: StoreUnavailable?) {
        if let failure { return invocation.refuseUnavailable(failure.reason) }
        switch result {
        case .success(let output): invocation.answer(output, requestID: invocation.call.requestID)
        case .failure(let problem): invocation.refuse(problem)
        case nil: invocation.refuseBroken("a query did not run")
        }
    }
}
