import Functions
import Glibc
import Runner

/// Holds the writer until it is released, so that what is submitted meanwhile is one batch.
///
/// Unchecked: the semaphores are made for many threads.
final class StoreBlocker: StoreJob, @unchecked Sendable {
    let rows = Rows()
    let key: KeyClaim? = nil
    let requestID = UUID(high: 1, low: 1)
    let isAbandoned = false
    private let reached = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let released = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(reached, 0, 0)
        sem_init(released, 0, 0)
    }

    deinit {
        sem_destroy(reached)
        sem_destroy(released)
        reached.deallocate()
        released.deallocate()
    }

    /// Returns once the writer is held.
    func hold(_ store: any Store) {
        store.submit(self)
        Patience.wait(reached)
    }

    func release() { sem_post(released) }

    func run(_ transaction: borrowing Transaction) -> StoreVerdict {
        .drop(nil)
    }

    /// Blocks behind the commit, when the lock of a store in memory is free.
    func finish(_ ending: StoreEnding) {
        sem_post(reached)
        Patience.wait(released)
    }
}

extension TestStore {
    /// Runs the transactions in one batch, in their order.
    func runBatch<F: TransactionFunction>(
        _ function: F.Type,
        _ inputs: [(input: F.Input, key: KeyClaim?)]
    ) async -> [TestEnding<F>] {
        let blocker = StoreBlocker()
        blocker.hold(store)
        let ends = Ends<F>(inputs.count)
        for (index, (input, key)) in inputs.enumerated() {
            store.submit(TestJob<F>(input, call, key) { ends.set(index, $0) })
        }
        blocker.release()
        return await ends.all()
    }
}

/// The ends of several jobs, awaited together.
private final class Ends<F: TransactionFunction>: Sendable {
    private struct State {
        var endings: [TestEnding<F>?]
        var missing: Int
        var waiter: (@Sendable (Bool) -> Void)?
    }
    private let state: Lock<State>

    init(_ count: Int) {
        state = Lock(State(endings: Array(repeating: nil, count: count), missing: count))
    }

    func set(_ index: Int, _ ending: TestEnding<F>) {
        let waiter: (@Sendable (Bool) -> Void)? = state.withLock { state in
            state.endings[index] = ending
            state.missing -= 1
            return state.missing == 0 ? state.waiter : nil
        }
        waiter?(true)
    }

    func all() async -> [TestEnding<F>] {
        _ = await delivered { done in
            let isDone = state.withLock { state in
                if state.missing > 0 { state.waiter = done }
                return state.missing == 0
            }
            if isDone { done(true) }
        }
        return state.withLock { $0.endings.compactMap { $0 } }
    }
}
