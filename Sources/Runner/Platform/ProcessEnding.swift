/// The moment when the process is told to end: the first SIGTERM or SIGINT, or a failing disk.
final class ProcessEnding: Sendable {
    /// How long what is in flight may take after it.
    static let drainMilliseconds = 9_000

    private struct State {
        var hasCome = false
        var hasFailed = false
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Lock(State())

    /// Listens to the signals from now on; to be called once.
    static func install() throws(ServerError) -> ProcessEnding {
        let ending = ProcessEnding()
        try Signals.install { _ in ending.come() }
        return ending
    }

    func come() { end(failing: false) }

    /// What the process is there for cannot be done: it ends, and its exit code says so.
    func fail() { end(failing: true) }

    /// True where it ends because it has failed; for one waiter.
    func wait() async -> Bool {
        await withCheckedContinuation { continuation in
            let ended: Bool? = state.withLock { state in
                guard state.hasCome else {
                    state.waiter = continuation
                    return nil
                }
                return state.hasFailed
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }

    private func end(failing: Bool) {
        let waiter = state.withLock { state in
            state.hasFailed = state.hasFailed || (failing && !state.hasCome)
            state.hasCome = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: failing)
    }
}
