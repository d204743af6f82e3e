internal import CLinux
internal import Glibc

/// The thread that takes connections from all listeners and hands them to the loops.
///
/// Unchecked: its listeners are touched by its own thread alone; the inbox has a lock.
@safe final class Acceptor: @unchecked Sendable {
    enum Command {
        case add(HTTPServer, [Int32])
        /// Takes what the listeners of a server have queued, closes them, and lets the loops drain.
        case close(HTTPServer)
        case stop
    }

    private struct Listener {
        let descriptor: Int32
        let server: HTTPServer
    }

    private static let wakeTag = UInt64.max
    /// Of one listener, before the others have their turn.
    private static let inTurn = 16
    private static let pauseMilliseconds: Int32 = 100
    private static let warningMilliseconds: Int64 = 10_000

    private let loops: [EventLoop]
    private let log: any Log
    private let epoll: Int32
    private let wake: Int32
    private let inbox = Lock<[Command]>([])
    private var listeners: [Listener] = []
    private var isPaused = false
    private var nextWarning: Int64 = 0
    private var isRunning = true

    init(loops: [EventLoop], log: any Log) throws(ServerError) {
        self.loops = loops
        self.log = log
        epoll = linux_epoll_create()
        wake = linux_eventfd()
        guard epoll >= 0, wake >= 0,
            linux_epoll_add(epoll, wake, linux_epoll_in, Acceptor.wakeTag) == 0
        else { throw ServerError.system("the acceptor", errno) }
    }

    deinit {
        _ = Glibc.close(epoll)
        _ = Glibc.close(wake)
    }

    func post(_ command: Command) {
        inbox.withLock { $0.append(command) }
        _ = eventfd_write(wake, 1)
    }

    func run() {
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: 64)
        defer { unsafe events.deallocate() }
        while isRunning {
            let timeout = isPaused ? Acceptor.pauseMilliseconds : -1
            let count = unsafe epoll_wait(epoll, events, 64, timeout)
            if isPaused { listen(to: true) }
            for index in 0..<Int(max(0, count)) {
                let tag = unsafe events[index].data.u64
                if tag == Acceptor.wakeTag {
                    readInbox()
                } else if !isPaused {
                    acceptSome(Int32(truncatingIfNeeded: tag), most: Acceptor.inTurn)
                }
            }
        }
        for listener in listeners { _ = Glibc.close(listener.descriptor) }
        listeners = []
    }

    private func readInbox() {
        var count: UInt64 = 0
        _ = unsafe eventfd_read(wake, &count)
        let commands = inbox.withLock { commands in
            let all = commands
            commands = []
            return all
        }
        for command in commands {
            switch command {
            case .add(let server, let descriptors): add(server, descriptors)
            case .close(let server): close(server)
            case .stop: isRunning = false
            }
        }
    }

    private func add(_ server: HTTPServer, _ descriptors: [Int32]) {
        for descriptor in descriptors {
            listeners.append(Listener(descriptor: descriptor, server: server))
            let tag = UInt64(descriptor)
            _ = linux_epoll_add(epoll, descriptor, linux_epoll_in, tag)
        }
    }

    private func close(_ server: HTTPServer) {
        for listener in listeners where listener.server === server {
            acceptSome(listener.descriptor, most: .max)
            _ = Glibc.close(listener.descriptor)
        }
        listeners.removeAll { $0.server === server }
        for loop in loops { loop.post(.drain(server)) }
        server.listenersClosed()
    }

    private func acceptSome(_ descriptor: Int32, most: Int) {
        guard let listener = listeners.first(where: { $0.descriptor == descriptor }) else { return }
        var taken = 0
        while taken < most {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe linux_accept(descriptor, generic, &length)
                }
            }
            if accepted < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                // The kernel looks for a descriptor before it looks whether anybody waits: only
                // where the listener has just said so is it sure that somebody does.
                if errno != EAGAIN, taken == 0 { runsShort(errno) }
                return
            }
            taken += 1
            hand(accepted, listener.server, Address.text(address))
        }
    }

    private func hand(_ descriptor: Int32, _ server: HTTPServer, _ peer: String) {
        guard var chosen = loops.first else { return }
        for loop in loops where loop.load.count < chosen.load.count { chosen = loop }
        chosen.load.add()
        server.connectionOpened()
        chosen.post(.adopt(descriptor: descriptor, server: server, peer: peer))
    }

    /// There are no descriptors or no memory (EMFILE, ENFILE, ENOBUFS, ENOMEM).
    ///
    /// A level-triggered listener would spin now, so it rests a while; the kernel's queue keeps those
    /// who wait, and idle connections give way.
    private func runsShort(_ code: Int32) {
        let now = linux_monotonic_milliseconds()
        if now >= nextWarning {
            nextWarning = now + Acceptor.warningMilliseconds
            log.warning(
                "cannot accept connections for the moment",
                [("cause", unsafe String(cString: strerror(code)))]
            )
        }
        listen(to: false)
        for loop in loops { loop.post(.evict) }
    }

    private func listen(to isListening: Bool) {
        isPaused = !isListening
        for listener in listeners {
            let events = isListening ? linux_epoll_in : 0
            _ = linux_epoll_change(epoll, listener.descriptor, events, UInt64(listener.descriptor))
        }
    }
}
