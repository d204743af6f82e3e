internal import CLinux
internal import Glibc

/// The one thread that speaks to PostgreSQL.
///
/// It owns the connections and runs the works that its sources have, as many at once as there are
/// connections. Nothing that it does blocks it.
///
/// Unchecked, because the compiler does not see that `pool` belongs to the thread, and `handle` to
/// whoever starts and closes it.
@safe package final class DatabaseThread: @unchecked Sendable {
    private struct Inbox {
        var delayed: [(work: any DatabaseWork, milliseconds: Int64)] = []
        var lookups: [NameLookup.Answer] = []
        var isClosing = false
        /// Whether the thread is told already to look.
        var isWoken = false
        var hasEnded = false
    }

    package let contact = DatabaseContact()
    package let load = DatabaseLoad()
    private let inbox: Lock<Inbox>
    private let wakeDescriptor: Int32
    private let pool: DatabasePool
    private var handle: pthread_t?

    package init(_ options: DatabaseOptions, sources: [any WorkSource]) throws(ServerError) {
        let inbox = Lock(Inbox())
        let wake = linux_eventfd()
        guard wake >= 0 else { throw ServerError.system("the database thread", errno) }
        self.inbox = inbox
        wakeDescriptor = wake
        pool = DatabasePool(options, contact, load, sources) { answer in
            DatabaseThread.post(inbox, wake) { $0.lookups.append(answer) }
        }
    }

    /// To be called once.
    package func start() throws(ServerError) {
        handle = try SystemThread.start("database") { self.run() }
    }

    /// A source has something; from any thread.
    package func wake() { DatabaseThread.post(inbox, wakeDescriptor) { _ in } }

    /// Runs a work after a while; false where the thread has ended.
    @discardableResult
    package func submit(_ work: any DatabaseWork, after milliseconds: Int64 = 0) -> Bool {
        DatabaseThread.post(inbox, wakeDescriptor) { $0.delayed.append((work, milliseconds)) }
    }

    /// Finishes what waits, within limits, and returns when the connections are closed.
    ///
    /// The sources take nothing more by then.
    package func close() {
        DatabaseThread.post(inbox, wakeDescriptor) { $0.isClosing = true }
        guard let handle else { return }
        self.handle = nil
        pthread_join(handle, nil)
    }

    private func run() {
        while !pool.isFinished {
            takeInbox()
            pool.turn(wake: wakeDescriptor)
        }
        let left = inbox.withLock { inbox in
            inbox.hasEnded = true
            defer { inbox.delayed = [] }
            return inbox.delayed
        }
        for each in left { pool.delay(each.work, 0) }
        pool.end()
        _ = Glibc.close(wakeDescriptor)
    }

    private func takeInbox() {
        let taken = inbox.withLock { inbox in
            var count: UInt64 = 0
            if inbox.isWoken { _ = unsafe eventfd_read(wakeDescriptor, &count) }
            defer {
                inbox.isWoken = false
                inbox.delayed = []
                inbox.lookups = []
            }
            return inbox
        }
        for each in taken.delayed { pool.delay(each.work, each.milliseconds) }
        for answer in taken.lookups { pool.lookedUp(answer) }
        if taken.isClosing { pool.close() }
    }

    /// One wake-up for all that comes before the thread looks.
    @discardableResult
    private static func post(
        _ inbox: Lock<Inbox>,
        _ wake: Int32,
        _ change: (inout Inbox) -> Void
    ) -> Bool {
        inbox.withLock { inbox in
            // A look-up may outlive the thread, and then finds its descriptor closed.
            guard !inbox.hasEnded else { return false }
            change(&inbox)
            if !inbox.isWoken {
                inbox.isWoken = true
                _ = eventfd_write(wake, 1)
            }
            return true
        }
    }
}
