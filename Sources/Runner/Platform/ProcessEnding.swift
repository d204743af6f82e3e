/// The moment when the process is told to end: the first SIGTERM or SIGINT, or a failing disk.
final class ProcessEnding: Sendable {
    /// How long what is in flight may take after it.
    static let drainMilliseconds = 9_000

    private struct State {
        var hasCome = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Lock(State())

    /// Listens to the signals from now on; to be called once.
    static func install() throws(ServerError) -> ProcessEnding {
        let ending = ProcessEnding()
        try Signals.install { _ in ending.come() }
        return ending
    }

    func come() {
        let waiter = state.withLock { state in
            state.hasCome = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// For one waiter.
    func wait() async {
        await withCheckedContinuation { continuation in
            let hasCome = state.withLock { state in
                if !state.hasCome { state.waiter = continuation }
                return state.hasCome
            }
            if hasCome { continuation.resume() }
        }
    }
}
