/// Works that wait in line; from any thread.
package final class WorkQueue: WorkSource {
    private struct State {
        var waiting: [any DatabaseWork] = []
        var first = 0
        var isClosed = false
    }

    private let limit: Int
    private let state = Lock(State())

    package init(limit: Int) { self.limit = limit }

    /// False where too many wait already, or the queue is closed: nobody will take it.
    package func put(_ work: any DatabaseWork) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.waiting.count - state.first < limit else { return false }
            state.waiting.append(work)
            return true
        }
    }

    /// Takes nothing more; what waits is still handed out.
    package func close() { state.withLock { $0.isClosed = true } }

    package var isWaiting: Bool { state.withLock { $0.first < $0.waiting.count } }

    package func next() -> (any DatabaseWork)? {
        state.withLock { state in
            guard state.first < state.waiting.count else { return nil }
            let work = state.waiting[state.first]
            state.first += 1
            if state.first == state.waiting.count || state.first == 1_024 {
                state.waiting.removeFirst(state.first)
                state.first = 0
            }
            return work
        }
    }
}
