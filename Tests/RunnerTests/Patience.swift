import Glibc

@testable import Runner

/// Ends the whole run where something that a test waits for does not come.
///
/// A test that hangs says nothing, and nobody learns what became of the others.
enum Patience {
    /// Long, since tests that run side by side hold each other up where there are few processors.
    static let seconds = 120

    /// What is waited for, by number: where, and until when.
    private static let waits = Lock<[Int: (place: String, end: UInt64)]>([:])
    private static let isWatching: Bool = SystemThread.detach("patience") {
        while true {
            sleep(1)
            let now = SystemClock.nanoseconds()
            if let late = waits.withLock({ $0.values.first { $0.end < now } }) {
                fatalError("\(late.place): what the test waits for has not come")
            }
        }
    }
    private static let numbers = Lock(0)

    /// Begins to watch; `end` is owed.
    static func begin(_ fileID: StaticString, _ line: UInt) -> Int {
        precondition(isWatching)
        let number = numbers.withLock { number in
            number += 1
            return number
        }
        let end = SystemClock.nanoseconds() + UInt64(seconds) * 1_000_000_000
        waits.withLock { $0[number] = ("\(fileID):\(line)", end) }
        return number
    }

    static func end(_ number: Int) { waits.withLock { _ = $0.removeValue(forKey: number) } }

    /// Waits for a semaphore.
    static func wait(_ semaphore: UnsafeMutablePointer<sem_t>) {
        var end = timespec()
        clock_gettime(CLOCK_REALTIME, &end)
        end.tv_sec += seconds
        while sem_timedwait(semaphore, &end) != 0 {
            guard errno == EINTR else { fatalError("nobody has posted the semaphore") }
        }
    }
}

/// The value that `start` hands to its closure, once, from whatever thread.
///
/// Ends the run where that does not happen in time; that the test goes on late is no reason.
func delivered<Value: Sendable>(
    fileID: StaticString = #fileID,
    line: UInt = #line,
    _ start: (@escaping @Sendable (Value) -> Void) -> Void
) async -> Value {
    await withCheckedContinuation { continuation in
        let wait = Patience.begin(fileID, line)
        start { value in
            Patience.end(wait)
            continuation.resume(returning: value)
        }
    }
}
