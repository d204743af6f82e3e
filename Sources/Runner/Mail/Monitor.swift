import CLinux
import Glibc

/// A lock around a value and a place to wait for it to change: for threads, not for tasks.
///
/// Value, mutex and condition live on the heap, and the value is touched under the mutex only.
@safe final class Monitor<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    init(_ value: sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe changed = .allocate(capacity: 1)
        unsafe changed.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
        self.value = value
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe changed.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Changes the value and wakes all who wait.
    func update<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return body(&value)
    }

    /// Waits until the body has a result, nil when the time is over without one.
    ///
    /// The body is told when it is asked for the last time: what it then changes, it changes before
    /// anybody else sees that nobody waits here any more.
    func wait<Result>(
        seconds: Int,
        for body: (inout Value, _ isLast: Bool) -> Result?
    ) -> Result? {
        let end = SystemClock.nanoseconds() + UInt64(seconds) * 1_000_000_000
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value, false) { return result }
            let now = SystemClock.nanoseconds()
            guard now < end else { return body(&value, true) }
            let left = Int64((end - now) / 1_000_000) + 1
            _ = unsafe linux_condition_wait(changed, mutex, CLOCK_MONOTONIC, left)
        }
    }
}
