internal import CLinux
internal import Functions
internal import Glibc

/// One thread that serves connections: waits for their sockets, runs what is ready to completion.
///
/// Unchecked: everything but the inbox, `load` and the wake descriptor is touched by its thread alone.
@safe final class EventLoop: @unchecked Sendable {
    /// What other threads ask of it.
    enum Message {
        case adopt(descriptor: Int32, server: HTTPServer, peer: String)
        case resume(Exchange, @Sendable (Exchange) -> Void)
        case drain(HTTPServer)
        /// Cuts what a server still has.
        case cut(HTTPServer)
        /// Descriptors are scarce: an idle connection gives way.
        case evict
        case stop
    }

    private struct Inbox {
        var messages = ContiguousArray<Message>()
        var isClosed = false
    }

    private static let wakeTag = UInt64.max
    private static let batch = 256

    let index: Int
    /// How many connections it has or is about to get.
    let load = Load()
    private let epoll: Int32
    private let wake: Int32
    private let inbox = Lock(Inbox())
    private var arrived = ContiguousArray<Message>()
    private let events: UnsafeMutablePointer<epoll_event>

    private var connections = ContiguousArray<Connection>()
    private var freeSlots = ContiguousArray<Int>()
    private var listed = ContiguousArray<Connection>()
    private var identifiers = IdentifierSource(random: KernelRandom())
    private var isRunning = true
    var wheel: TimerWheel
    var pool = BufferPool()
    var date = HTTPDate()
    var lingering = 0
    /// The monotonic clock, read once a round.
    private(set) var now: Int64
    private var wallClock: Int64

    init(index: Int) throws(ServerError) {
        self.index = index
        epoll = linux_epoll_create()
        wake = linux_eventfd()
        now = linux_monotonic_milliseconds()
        wallClock = linux_wall_milliseconds()
        wheel = TimerWheel(now: now)
        unsafe events = .allocate(capacity: EventLoop.batch)
        guard epoll >= 0, wake >= 0,
            linux_epoll_add(epoll, wake, linux_epoll_in, EventLoop.wakeTag) == 0
        else { throw ServerError.system("an event loop", errno) }
        date.update(wallClock)
    }

    deinit {
        _ = Glibc.close(epoll)
        _ = Glibc.close(wake)
        unsafe events.deallocate()
        pool.removeAll()
    }

    /// Gives it something to do, from any thread: one wake-up for all that comes before it looks.
    func post(_ message: Message) {
        let (wasEmpty, isClosed) = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.messages.append(message) }
            return (inbox.messages.count == 1, inbox.isClosed)
        }
        if isClosed { return drop(message) }
        if wasEmpty { _ = eventfd_write(wake, 1) }
    }

    func nextIdentifier() -> UUID { identifiers.next(milliseconds: wallClock) }

    func run() {
        while isRunning {
            let count = unsafe epoll_wait(epoll, events, Int32(EventLoop.batch), timeout)
            readClocks()
            for index in 0..<Int(max(0, count)) {
                unsafe dispatch(events[index].events, events[index].data.u64)
            }
            settleListed()
            while let slot = wheel.popDue(now: now) { connections[slot].timeCame() }
            settleListed()
        }
        closeAll()
    }

    private func closeAll() {
        for connection in connections { connection.tearDown() }
        // They hold the loop, as it holds them.
        connections = []
        listed = []
        let left = inbox.withLock { inbox in
            inbox.isClosed = true
            defer { inbox.messages = [] }
            return inbox.messages
        }
        for message in left { drop(message) }
    }

    /// The loop has ended: what it was to adopt is closed.
    private func drop(_ message: Message) {
        guard case .adopt(let descriptor, let server, _) = message else { return }
        _ = Glibc.close(descriptor)
        server.connectionClosed()
    }

    private var timeout: Int32 {
        if !listed.isEmpty { return 0 }
        guard let wait = wheel.wait(now: now) else { return -1 }
        return Int32(clamping: wait)
    }

    private func readClocks() {
        now = linux_monotonic_milliseconds()
        wallClock = linux_wall_milliseconds()
        date.update(wallClock)
    }

    private func dispatch(_ events: UInt32, _ tag: UInt64) {
        guard tag != EventLoop.wakeTag else { return readInbox() }
        let connection = connections[Int(tag & 0xFFFF_FFFF)]
        // An event of this batch may be of a connection that has closed meanwhile.
        guard connection.isOpen, connection.generation == UInt32(tag >> 32) else { return }
        connection.ready(events)
    }

    private func readInbox() {
        var count: UInt64 = 0
        _ = unsafe eventfd_read(wake, &count)
        inbox.withLock { swap(&$0.messages, &arrived) }
        for message in arrived { handle(message) }
        arrived.removeAll(keepingCapacity: true)
    }

    private func handle(_ message: Message) {
        switch message {
        case .adopt(let descriptor, let server, let peer): adopt(descriptor, server, peer)
        case .resume(let exchange, let body): if !exchange.isOver { body(exchange) }
        case .drain(let server):
            for connection in connections where connection.server === server { connection.drain() }
        case .cut(let server):
            for connection in connections where connection.server === server {
                connection.tearDown()
            }
        case .evict: evictIdle(of: nil)
        case .stop: isRunning = false
        }
    }
}

// Its connections.
extension EventLoop {
    /// Has the connection settled once this round's events are through.
    func list(_ connection: Connection) { listed.append(connection) }

    /// Settles those that were listed; what is listed meanwhile has its turn in the next round.
    private func settleListed() {
        guard !listed.isEmpty else { return }
        var round = ContiguousArray<Connection>()
        swap(&round, &listed)
        for connection in round {
            connection.isListed = false
            connection.settle()
        }
        if listed.isEmpty {
            round.removeAll(keepingCapacity: true)
            swap(&round, &listed)
        }
    }

    func free(_ connection: Connection) {
        wheel.remove(connection.slot)
        freeSlots.append(connection.slot)
        load.subtract()
    }

    private func adopt(_ descriptor: Int32, _ server: HTTPServer, _ peer: String) {
        let connection = takeSlot()
        connection.open(descriptor, server, peer: peer)
        let tag = UInt64(connection.generation) << 32 | UInt64(connection.slot)
        let interest =
            linux_epoll_in | linux_epoll_out | linux_epoll_peer_finished
            | linux_epoll_edge_triggered
        guard linux_epoll_add(epoll, descriptor, interest, tag) == 0 else {
            return connection.tearDown()
        }
        if server.isOverCap, !evictIdle(of: server) { connection.fail(.tooManyConnections) }
        connection.settle()
        if server.isDraining { connection.drain() }
    }

    private func takeSlot() -> Connection {
        if let slot = freeSlots.popLast() { return connections[slot] }
        let connection = Connection(loop: self, slot: connections.count)
        connections.append(connection)
        return connection
    }

    /// Closes the connection that has been idle longest; false where none is.
    @discardableResult private func evictIdle(of server: HTTPServer?) -> Bool {
        var oldest: Connection?
        for connection in connections
        where connection.isOpen && connection.watch == .idle
            && (server == nil || connection.server === server)
            && connection.deadline < oldest?.deadline ?? .max
        {
            oldest = connection
        }
        oldest?.tearDown()
        return oldest != nil
    }
}
