import CLinux
import Glibc

/// Lines on their way to a descriptor: whoever logs never waits for whoever reads.
///
/// A thread of its own writes them, since a pipe or terminal that nobody reads blocks its writer, and
/// making it non-blocking would change it for every process that shares it. When too much waits, or
/// the other end is closed, lines are dropped and counted.
///
/// Sendable: `mutex` guards everything that changes.
@safe final class LogQueue: @unchecked Sendable {
    static let byteLimit = 1 << 20

    private let descriptor: Int32
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [[UInt8]] = []
    private var waitingBytes = 0
    private var isWriting = false
    private var droppedLines = 0

    /// The descriptor stays the caller's and must stay open.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe changed = .allocate(capacity: 1)
        unsafe changed.initialize(to: pthread_cond_t())
        unsafe pthread_cond_init(changed, nil)
        // Without a thread the queue fills and lines are dropped and counted.
        _ = SystemThread.detach("log") { self.run() }
    }

    /// How many lines were lost so far.
    var dropped: Int { locked { droppedLines } }

    func append(_ line: [UInt8]) {
        locked {
            guard waitingBytes + line.count <= LogQueue.byteLimit else {
                droppedLines += 1
                return
            }
            waiting.append(line)
            waitingBytes += line.count
            unsafe pthread_cond_broadcast(changed)
        }
    }

    /// Waits until everything is written, or until this time is over.
    func flush(milliseconds: Int) {
        let end = SystemClock.nanoseconds() + UInt64(milliseconds) * 1_000_000
        locked {
            while isWriting || !waiting.isEmpty {
                let now = SystemClock.nanoseconds()
                guard now < end else { return }
                let left = Int64((end - now) / 1_000_000) + 1
                _ = unsafe linux_condition_wait(changed, mutex, CLOCK_REALTIME, left)
            }
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }

    // MARK: The thread

    private func run() {
        while true {
            for line in take() where !write(line) { locked { droppedLines += 1 } }
        }
    }

    /// Everything that waits, once there is something.
    private func take() -> [[UInt8]] {
        locked {
            isWriting = false
            unsafe pthread_cond_broadcast(changed)
            while waiting.isEmpty { unsafe pthread_cond_wait(changed, mutex) }
            defer { (waiting, waitingBytes) = ([], 0) }
            isWriting = true
            return waiting
        }
    }

    /// One write a line; more only where the system takes a part.
    private func write(_ line: [UInt8]) -> Bool {
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody else made it non-blocking.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
