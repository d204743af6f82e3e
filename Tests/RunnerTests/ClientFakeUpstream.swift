import Glibc
import Runner

/// A server of raw sockets on loopback: what it answers, down to the last byte, a test decides.
///
/// Each connection runs the script on a thread of its own, with the number of the connection.
final class FakeUpstream: Sendable {
    let port: Int
    private let listener: Int32
    private let connections = Lock(0)

    init(_ script: @escaping @Sendable (Peer, Int) -> Void) {
        signal(SIGPIPE, SIG_IGN)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = Self.bindAnyPort(listener)
        listen(listener, 64)
        let listener = listener
        let connections = connections
        Self.onThread {
            while true {
                let descriptor = accept(listener, nil, nil)
                // Closed by the thread that uses it: its number may be another's at once.
                guard descriptor >= 0 else {
                    _ = Glibc.close(listener)
                    return
                }
                let number = connections.withLock { count in
                    count += 1
                    return count
                }
                Self.onThread { script(Peer(descriptor), number) }
            }
        }
    }

    /// Answers every request with the same bytes, then closes.
    convenience init(answering answer: String) {
        self.init { peer, _ in
            guard peer.request() != nil else { return peer.close() }
            peer.send(answer)
            peer.close()
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    var base: BaseURL { BaseURL("http://127.0.0.1:\(port)") ?? unusable }
    private var unusable: BaseURL { preconditionFailure("loopback is no address") }
    var connectionCount: Int { connections.withLock { $0 } }

    /// A port that nobody listens on.
    static func unusedPort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        return bindAnyPort(descriptor)
    }

    private static func bindAnyPort(_ descriptor: Int32) -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(descriptor, address, length) == 0)
                precondition(getsockname(descriptor, address, &length) == 0)
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }

    private static func onThread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Box(body)).toOpaque()
        pthread_create(
            &thread,
            nil,
            { context in
                context.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body() }
                return nil
            },
            context
        )
        pthread_detach(thread)
    }
}

/// The other end of a connection to the fake upstream; used by its own thread alone.
final class Peer {
    private let descriptor: Int32
    private var pending: ArraySlice<UInt8> = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The next request whole, its head and its body as the head announces it; nil at the end.
    func request() -> Received? {
        while true {
            if let length = pending.headLength {
                let head = String(decoding: pending.prefix(length), as: UTF8.self)
                pending = pending.dropFirst(length)
                return Received(head: head, body: body(head))
            }
            guard readSome() else { return nil }
        }
    }

    /// Reads what comes next; false at the end.
    func readSome() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return false }
        pending.append(contentsOf: buffer[..<count])
        return true
    }

    /// Waits until the client closes; true if it did so within ten seconds.
    func seesClose() -> Bool {
        var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&descriptors, 1, 10_000) > 0 {
            if !readSome() { return true }
        }
        return false
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// False once the client is gone.
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    func close() {
        shutdown(descriptor, Int32(SHUT_WR))
        // What the client has still sent would turn the close into a reset.
        while readSome() {}
        Glibc.close(descriptor)
    }

    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &linger,
            socklen_t(MemoryLayout.size(ofValue: linger))
        )
        Glibc.close(descriptor)
    }

    private func body(_ head: String) -> [UInt8] {
        let fields = head.lowercased().split(separator: "\r\n")
        if let length = fields.first(where: { $0.hasPrefix("content-length: ") }) {
            return take(Int(length.split(separator: " ")[1]) ?? 0)
        }
        guard fields.contains("transfer-encoding: chunked") else { return [] }
        var body: [UInt8] = []
        while true {
            let size = Int(line(), radix: 16) ?? 0
            body += take(size)
            _ = line()
            if size == 0 { return body }
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        while pending.count < count { guard readSome() else { break } }
        let taken = Array(pending.prefix(count))
        pending = pending.dropFirst(taken.count)
        return taken
    }

    private func line() -> String {
        while true {
            if let end = pending.firstIndex(of: 10) {
                let line = String(decoding: pending[..<(end - 1)], as: UTF8.self)
                pending = pending[(end + 1)...]
                return line
            }
            guard readSome() else { return "0" }
        }
    }
}

/// A request as the fake upstream received it.
struct Received: Sendable {
    let head: String
    let body: [UInt8]

    var line: String { String(head.prefix { $0 != "\r\n" }) }
    var text: String { String(decoding: body, as: UTF8.self) }
    var fields: [String] { head.split(separator: "\r\n").dropFirst().map(String.init) }

    func all(_ name: String) -> [String] {
        let prefix = name.lowercased() + ":"
        return fields.filter { $0.lowercased().hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)).trimmed }
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}

extension ArraySlice<UInt8> {
    /// The length of the head at the beginning, with its empty line; nil while it is not whole.
    fileprivate var headLength: Int? {
        let end: [UInt8] = [13, 10, 13, 10]
        return indices.dropLast(3).first { self[$0..<($0 + 4)].elementsEqual(end) }
            .map { $0 + 4 - startIndex }
    }
}

/// Hands a value from one thread to a test that awaits it.
final class Mailbox<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        var waiter: (@Sendable (Value) -> Void)?
    }

    private let state = Lock(State())

    func put(_ value: Value) {
        let waiter = state.withLock { state -> (@Sendable (Value) -> Void)? in
            guard let waiter = state.waiter else {
                state.values.append(value)
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?(value)
    }

    func next(fileID: StaticString = #fileID, line: UInt = #line) async -> Value {
        await delivered(fileID: fileID, line: line) { done in
            let value = state.withLock { state -> Value? in
                guard state.values.isEmpty else { return state.values.removeFirst() }
                state.waiter = done
                return nil
            }
            if let value { done(value) }
        }
    }

    var count: Int { state.withLock { $0.values.count } }
}

/// Holds a thread back until a test opens it.
final class Door: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        (reader, writer) = (ends[0], ends[1])
    }

    /// Ends the run where nobody opens it in time.
    func wait() {
        var entry = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, Int32(Patience.seconds) * 1000) == 1 else {
            fatalError("nobody opened the door")
        }
    }

    /// For good: who waits gets the end of the pipe.
    func open() { close(writer) }

    deinit { close(reader) }
}
