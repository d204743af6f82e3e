internal import Glibc

/// Threads for what must not happen on an event loop: hashing passwords, waiting for the disk.
///
/// Work is done in the order in which it came, as far as there is one thread.
final class IdentityWorkers: Sendable {
    typealias Work = @Sendable () -> Void

    /// More than this many waiting requests would all come too late.
    static let maximumWaiting = 1_024

    private let queue = IdentityWorkQueue()

    init(_ name: String, count: Int) throws(ServerError) {
        let queue = queue
        for index in 0..<count {
            let thread = try SystemThread.start("\(name)-\(index)") {
                while let work = queue.next() { work() }
                queue.wakeNext()
            }
            pthread_detach(thread)
        }
    }

    deinit { queue.close() }

    /// False where too much is waiting already; then the work is not done.
    func run(_ work: @escaping Work) -> Bool { queue.add(work) }
}

/// Waiting work, for threads that sleep until there is some.
private final class IdentityWorkQueue: Sendable {
    private struct Waiting {
        var work: [IdentityWorkers.Work] = []
        var taken = 0
        var isClosed = false
    }

    private let waiting = Lock(Waiting())
    private let signal = Gate()

    func add(_ work: @escaping IdentityWorkers.Work) -> Bool {
        let isTaken = waiting.withLock { waiting in
            guard waiting.work.count - waiting.taken < IdentityWorkers.maximumWaiting else {
                return false
            }
            waiting.work.append(work)
            return true
        }
        if isTaken { wakeNext() }
        return isTaken
    }

    /// The oldest work, waited for; nil once the queue is closed.
    func next() -> IdentityWorkers.Work? {
        signal.wait()
        return waiting.withLock { waiting in
            guard !waiting.isClosed, waiting.taken < waiting.work.count else { return nil }
            let work = waiting.work[waiting.taken]
            waiting.taken += 1
            if waiting.taken == waiting.work.count {
                waiting.work.removeAll(keepingCapacity: true)
                waiting.taken = 0
            }
            return work
        }
    }

    func close() {
        waiting.withLock { $0.isClosed = true }
        wakeNext()
    }

    func wakeNext() { signal.open() }
}
