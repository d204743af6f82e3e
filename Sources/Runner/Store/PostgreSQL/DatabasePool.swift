internal import CLinux
internal import Glibc

/// The connections, what waits for them and what they do; used by the database thread alone.
@safe final class DatabasePool {
    /// Work that is to begin at a moment of its own.
    struct Delayed {
        let work: any DatabaseWork
        let due: Int64
    }

    /// What keeps a thread from waiting for nothing for longer than this.
    private static let longestWait: Int64 = 30_000

    let options: DatabaseOptions
    let contact: DatabaseContact
    let load: DatabaseLoad
    let sources: [any WorkSource]
    /// Hands an answer of a name look-up to the database thread.
    let onLookup: @Sendable (NameLookup.Answer) -> Void

    var connections: [PoolConnection] = []
    /// Sequels of works, before everything that waits.
    var urgent: [any DatabaseWork] = []
    var delayed: [Delayed] = []
    var nextSource = 0
    /// Attempts that have failed, one after the other.
    var failures = 0
    var retryAt: Int64 = 0
    /// When the last connection that could be used was there.
    var lastUp: Int64
    /// When a name look-up began that has not answered.
    var lookupBegan: Int64?
    var hasLookupFailed = false
    /// When the thread ends at the latest; nil while nobody asked it to.
    var closesAt: Int64?
    /// The monotonic clock, read once a turn.
    private(set) var now: Int64

    init(
        _ options: DatabaseOptions,
        _ contact: DatabaseContact,
        _ load: DatabaseLoad,
        _ sources: [any WorkSource],
        onLookup: @escaping @Sendable (NameLookup.Answer) -> Void
    ) {
        self.options = options
        self.contact = contact
        self.load = load
        self.sources = sources
        self.onLookup = onLookup
        now = linux_monotonic_milliseconds()
        lastUp = now
    }

    /// Whether it was told to close and has nothing left to do.
    var isFinished: Bool {
        guard let closesAt else { return false }
        let isBusy = connections.contains { $0.isUp && !$0.isIdle }
        return now >= closesAt || !isBusy && !hasWork && delayed.isEmpty
    }

    /// Whether a connection can be used, now or when its work has ended.
    var isUp: Bool { connections.contains { $0.isUp } }

    /// Does what can be done now, waits for a socket or a moment, and serves what became ready.
    func turn(wake: Int32) {
        now = linux_monotonic_milliseconds()
        beginDelayed()
        assign()
        connectWhereNeeded()
        refuseWhileAway()
        load.note(connections)
        if isFinished { return }
        wait(wake)
    }

    /// Takes no more time than it may; what waits is still run.
    func close() { closesAt = closesAt ?? now + options.closeMilliseconds }

    /// Ends everything: what is under way fails, or nobody knows.
    func end() {
        for connection in connections {
            handle(connection.giveUp("the store is closed"), connection)
        }
        connections = []
        load.note(connections)
        while let work = nextWork() { refuse(work, "the store is closed") }
        for each in delayed { refuse(each.work, "the store is closed") }
        // What its refusal asked for again is told the same once more, and then dropped.
        delayed = []
    }

    /// Reacts to what a connection did; it is gone where it was lost.
    func handle(_ event: PoolConnection.Event, _ connection: PoolConnection) {
        switch event {
        case .none: return
        case .cameUp(let check): cameUp(check)
        case .refused(let reason):
            remove(connection)
            failed(reason, isRefusal: true)
        case .ended(let sequel): follow(sequel)
        case .lost(let error, let sequel):
            remove(connection)
            lost(connection, error)
            follow(sequel)
        }
        if isUp { lastUp = now }
    }

    func remove(_ connection: PoolConnection) {
        if connection.isUp { lastUp = now }
        connections.removeAll { $0 === connection }
    }

    private func wait(_ wake: Int32) {
        let polled = connections
        var sockets = polled.map {
            pollfd(fd: $0.descriptor, events: $0.interest, revents: 0)
        }
        sockets.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
        let timeout = Int32(max(0, min(DatabasePool.longestWait, nextMoment - now)))
        let ready = unsafe poll(&sockets, UInt(sockets.count), timeout)
        now = linux_monotonic_milliseconds()
        if ready > 0 {
            for (connection, socket) in zip(polled, sockets) where socket.revents != 0 {
                handle(connection.proceed(), connection)
            }
        }
        expire(polled)
    }

    private func expire(_ polled: [PoolConnection]) {
        for connection in polled where connections.contains(where: { $0 === connection }) {
            if now >= connection.deadline {
                handle(connection.giveUp("no answer in time"), connection)
            } else if connection.isIdle, now >= connection.retiresAt {
                remove(connection)
            }
        }
    }

    /// When something is due by itself.
    private var nextMoment: Int64 {
        var moment = now + DatabasePool.longestWait
        for connection in connections {
            moment = min(moment, connection.deadline)
            if connection.isIdle { moment = min(moment, connection.retiresAt) }
        }
        for each in delayed { moment = min(moment, each.due) }
        if let closesAt { moment = min(moment, closesAt) }
        if !isUp {
            moment = min(moment, max(retryAt, now + 1))
            if failures == 0 { moment = min(moment, lastUp + options.graceMilliseconds + 1) }
        }
        return max(moment, now)
    }
}
