/// A result that is given once, by whoever is first, to the one task that waits for it.
final class ThreadResult<Result: Sendable>: Sendable {
    private enum State {
        case empty
        case waited(CheckedContinuation<Result?, Never>)
        case given(Result?)
        case done
    }

    private let state = Lock(State.empty)

    /// Whether somebody has given it already.
    var isGiven: Bool {
        state.withLock { state in
            switch state {
            case .empty, .waited: false
            case .given, .done: true
            }
        }
    }

    func wait(_ continuation: CheckedContinuation<Result?, Never>) {
        let early: Result?? = state.withLock { state in
            guard case .given(let result) = state else {
                state = .waited(continuation)
                return nil
            }
            state = .done
            return .some(result)
        }
        if let early { continuation.resume(returning: early) }
    }

    func give(_ result: Result?) {
        let continuation: CheckedContinuation<Result?, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .given(result)
                return nil
            case .waited(let continuation):
                state = .done
                return continuation
            case .given, .done: return nil
            }
        }
        continuation?.resume(returning: result)
    }
}
