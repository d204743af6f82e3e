/// Whether the database can be reached, as the database thread last found it; for any thread.
package final class DatabaseContact: Sendable {
    package enum State: Sendable, Equatable {
        case starting
        case there
        /// It does not answer, or not with what is needed: tried again all the time.
        case away(String)
        /// It answers, and is not fit to keep money in.
        case refused(String)

        /// Why it cannot be used; nil where it can.
        package var reason: String? {
            switch self {
            case .starting: "the first connection is under way"
            case .there: nil
            case .away(let reason), .refused(let reason): reason
            }
        }
    }

    private struct Shared {
        var state = State.starting
        var waiters: [CheckedContinuation<State, Never>] = []
        var observer: @Sendable (State) -> Void = { _ in }
        var arrival: @Sendable () -> Void = {}
    }

    private let shared = Lock(Shared())

    package var state: State { shared.withLock { $0.state } }

    /// How the first attempt ends.
    package func first() async -> State {
        await withCheckedContinuation { continuation in
            let state = shared.withLock { shared -> State? in
                if shared.state == .starting {
                    shared.waiters.append(continuation)
                    return nil
                }
                return shared.state
            }
            if let state { continuation.resume(returning: state) }
        }
    }

    /// Has one observer told of every change from now on, on the database thread.
    package func observe(_ observer: @escaping @Sendable (State) -> Void) {
        shared.withLock { $0.observer = observer }
    }

    /// Has one observer told of every connection that can be used from now on, on the database
    /// thread.
    package func observeArrivals(_ arrival: @escaping @Sendable () -> Void) {
        shared.withLock { $0.arrival = arrival }
    }

    /// From now on nobody is told.
    func forgetObservers() {
        shared.withLock { ($0.observer, $0.arrival) = ({ _ in }, {}) }
    }

    /// A connection can be used, the first or a further one.
    func arrived() { shared.withLock { $0.arrival }() }

    /// Answers what it was before.
    @discardableResult
    func become(_ state: State) -> State {
        let (before, waiters, observer) = shared.withLock { shared in
            defer {
                shared.state = state
                shared.waiters = []
            }
            return (shared.state, shared.waiters, shared.observer)
        }
        for waiter in waiters { waiter.resume(returning: state) }
        if state != before { observer(state) }
        return before
    }
}
