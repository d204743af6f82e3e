internal import Functions

/// The keyed effects that run in this process: one for each key, the others wait their turn.
package final class RunningEffects: Sendable {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var waiters: [UUID: [Waiter]] = [:]
        var lastNumber = 0
    }

    private let state = Lock(State())

    package init() {}

    /// True when the key's turn has come, and `leave` is owed; false when patience has ended.
    func enter(_ key: UUID, patience: Duration) async -> Bool {
        let number: Int? = state.withLock { state in
            guard state.waiters[key] != nil else {
                state.waiters[key] = []
                return nil
            }
            state.lastNumber += 1
            return state.lastNumber
        }
        guard let number else { return true }
        let timer = Task {
            try? await Task.sleep(for: patience)
            self.giveUp(key, number)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.waiters[key] != nil else {
                    state.waiters[key] = []
                    return true
                }
                state.waiters[key]?.append(Waiter(number: number, continuation: continuation))
                return false
            }
            if isFree { continuation.resume(returning: true) }
        }
    }

    /// Ends a turn: the next in line has it.
    func leave(_ key: UUID) {
        let next: Waiter? = state.withLock { state in
            guard var waiting = state.waiters[key], !waiting.isEmpty else {
                state.waiters[key] = nil
                return nil
            }
            let next = waiting.removeFirst()
            state.waiters[key] = waiting
            return next
        }
        next?.continuation.resume(returning: true)
    }

    private func giveUp(_ key: UUID, _ number: Int) {
        let gone: Waiter? = state.withLock { state in
            guard let index = state.waiters[key]?.firstIndex(where: { $0.number == number }) else {
                return nil
            }
            return state.waiters[key]?.remove(at: index)
        }
        gone?.continuation.resume(returning: false)
    }
}
