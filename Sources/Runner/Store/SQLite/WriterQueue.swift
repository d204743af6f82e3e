internal import CLinux
internal import Glibc

/// What waits for one thread: put by many, taken by that one, all at once and in order.
///
/// Unchecked, because the compiler does not see that `waiting`, `isClosed` and `isIdle` are used
/// under the mutex only.
@safe final class WriterQueue<Work: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [Work] = []
    private var isClosed = false
    /// Whether the taker sleeps: waking it costs a system call.
    private var isIdle = false

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// False where the queue is closed: nobody will take it.
    func put(_ work: Work) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        if isClosed { return false }
        waiting.append(work)
        if isIdle { unsafe pthread_cond_signal(condition) }
        return true
    }

    /// Up to `limit` of what waits, sleeping until something does; nil when the queue is closed and
    /// nothing is left.
    func take(limit: Int) -> [Work]? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while waiting.isEmpty && !isClosed {
            isIdle = true
            unsafe pthread_cond_wait(condition, mutex)
        }
        isIdle = false
        if waiting.isEmpty { return nil }
        if waiting.count <= limit {
            let all = waiting
            waiting = []
            return all
        }
        let first = Array(waiting.prefix(limit))
        waiting.removeFirst(limit)
        return first
    }

    /// Takes nothing more; what waits is still handed out.
    func close() {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        isClosed = true
        unsafe pthread_cond_signal(condition)
    }
}
