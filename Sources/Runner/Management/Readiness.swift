/// Whether this process may be sent requests, and if not, why.
package final class Readiness: Sendable {
    private struct State {
        /// The parts that are not ready, each with its reason.
        var waiting: [(part: String, reason: String)]
        var isDraining = false
    }

    private let state: Lock<State>

    /// Not ready until each of these parts says so.
    package init(waitingFor parts: [String]) {
        state = Lock(State(waiting: parts.map { (part: $0, reason: "starting") }))
    }

    package func ready(_ part: String) {
        state.withLock { $0.waiting.removeAll { $0.part == part } }
    }

    /// A part that was ready may lose it, and get it back.
    package func notReady(_ part: String, because reason: String) {
        state.withLock { state in
            state.waiting.removeAll { $0.part == part }
            state.waiting.append((part: part, reason: reason))
        }
    }

    /// From now on never ready again: the process is about to end.
    package func drain() { state.withLock { $0.isDraining = true } }

    /// Why not: empty where it is ready.
    package var reasons: [String] {
        state.withLock { state in
            state.waiting.map { "\($0.part): \($0.reason)" }
                + (state.isDraining ? ["draining"] : [])
        }
    }
}
