/// Wakes one waiter: rung while nobody waits, it is heard by the next who does.
package final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
        var number = 0
    }

    private let state = Lock(State())

    package init() {}

    package func ring() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.hasRung = waiter == nil
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns when it has rung, at the latest after the time given or when the task is cancelled.
    func wait(atMost duration: Duration) async {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        let timer = Task {
            try? await Task.sleep(for: duration)
            self.ring(for: number)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.hasRung || Task.isCancelled {
                        state.hasRung = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
        timer.cancel()
    }

    /// The timer's ring: only for the wait that it belongs to.
    private func ring(for number: Int) {
        let waiter = state.withLock { state in
            guard state.number == number else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
