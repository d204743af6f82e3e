/// Spares callers the wait for somebody who is not there.
///
/// It never judges by callers' requests, so no caller can open it: when one of them fails, it asks
/// for itself, and only if nobody answers that either does it open. From then on it asks once a
/// second, and closes with the first answer.
final class Breaker: Sendable {
    private struct State {
        var isOpen = false
        var isProbing = false
    }

    private let state = Lock(State())
    private let pause: Duration
    private let probe: @Sendable () async -> Bool
    private let onChange: @Sendable (_ isOpen: Bool) -> Void

    /// `probe` says whether anybody answers; `onChange` is called when that changes.
    init(
        pause: Duration = .seconds(1),
        probe: @escaping @Sendable () async -> Bool,
        onChange: @escaping @Sendable (_ isOpen: Bool) -> Void
    ) {
        self.pause = pause
        self.probe = probe
        self.onChange = onChange
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// A caller's request got no answer.
    func suspect() {
        let begins = state.withLock { state in
            defer { state.isProbing = true }
            return !state.isProbing
        }
        if begins { Task { [weak self] in await self?.ask() } }
    }

    private func ask() async {
        let isAnswered = await probe()
        let (changed, isOpen) = state.withLock { state in
            defer { state = State(isOpen: !isAnswered, isProbing: !isAnswered) }
            return (state.isOpen == isAnswered, !isAnswered)
        }
        if changed { onChange(isOpen) }
        guard isOpen else { return }
        let pause = pause
        Task { [weak self] in
            try? await Task.sleep(for: pause)
            await self?.ask()
        }
    }
}
