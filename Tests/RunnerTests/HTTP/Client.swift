internal import Glibc
internal import Runner

/// A client that says exactly the bytes it is told.
final class Client {
    let descriptor: Int32
    private var isOpen = true

    init(_ port: Int, isVersion6: Bool = false) {
        descriptor = socket(isVersion6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let connected =
            isVersion6 ? Client.connect6(descriptor, port) : Client.connect4(descriptor, port)
        precondition(connected == 0, "no connection: \(String(cString: strerror(errno)))")
        setTimeout(20)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    private static func connect4(_ descriptor: Int32, _ port: Int) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func connect6(_ descriptor: Int32, _ port: Int) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = UInt16(port).bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0[15] = 1 }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    deinit { finish() }

    func setTimeout(_ seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    /// False where the server has closed.
    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { return false }
            sent += count
        }
        return true
    }

    @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    func sendByteByByte(_ bytes: [UInt8]) {
        for byte in bytes where !send([byte]) { return }
    }

    /// One piece; empty at the end, nil for a reset or a time-out.
    func receive(_ most: Int = 65_536) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: most)
        let count = recv(descriptor, &buffer, most, 0)
        return count < 0 ? nil : Array(buffer[..<count])
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func finish() {
        if isOpen { close(descriptor) }
        isOpen = false
    }

    /// All that comes until the server closes, and whether it closed properly.
    func receiveAll() -> (bytes: [UInt8], closed: Bool) {
        var all: [UInt8] = []
        while let piece = receive() {
            if piece.isEmpty { return (all, true) }
            all += piece
        }
        return (all, false)
    }

    /// The next answer; nil where the connection ends before it is whole.
    func answer(toHead: Bool = false) -> ReceivedAnswer? {
        while true {
            if let (answer, length) = ReceivedAnswer.parse(pending, toHead: toHead) {
                pending.removeFirst(length)
                return answer
            }
            guard let piece = receive(), !piece.isEmpty else { return nil }
            pending += piece
        }
    }

    /// The next answer, if it is there within some milliseconds.
    func answer(within milliseconds: Int32) -> ReceivedAnswer? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) == 1 ? answer() : nil
    }

    /// What is left, up to the connection's end.
    func rest() -> (bytes: [UInt8], closed: Bool) {
        defer { pending = [] }
        let (bytes, closed) = receiveAll()
        return (pending + bytes, closed)
    }

    private var pending: [UInt8] = []

    /// True where the end is there already.
    func isClosedNow() -> Bool {
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK | MSG_DONTWAIT)
        return recv(descriptor, &byte, 1, flags) == 0
    }

    /// True where nothing more comes but the end.
    func isClosed() -> Bool { pending.isEmpty && receive() == [] }
}

struct ReceivedAnswer: Equatable {
    let status: Int
    let fields: [String: [String]]
    let body: String

    func field(_ name: String) -> String? { fields[name]?.first }

    var closes: Bool { field("connection") == "close" }

    static func parse(_ bytes: [UInt8], toHead: Bool) -> (ReceivedAnswer, Int)? {
        guard let end = headEnd(bytes) else { return nil }
        var lines = String(decoding: bytes[..<end], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        let status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
        var fields: [String: [String]] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased(), default: []].append(String(parts[1].dropFirst()))
        }
        let start = end + 4
        if toHead || status == 204 || status < 200 {
            return (ReceivedAnswer(status: status, fields: fields, body: ""), start)
        }
        if fields["transfer-encoding"] == ["chunked"] {
            guard let (body, length) = chunks(bytes, start) else { return nil }
            return (ReceivedAnswer(status: status, fields: fields, body: body), length)
        }
        let length = Int(fields["content-length"]?.first ?? "0") ?? 0
        guard bytes.count >= start + length else { return nil }
        let body = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
        return (ReceivedAnswer(status: status, fields: fields, body: body), start + length)
    }

    static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...(bytes.count - 4)
        where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13
            && bytes[index + 3] == 10
        {
            return index
        }
        return nil
    }

    private static func chunks(_ bytes: [UInt8], _ start: Int) -> (String, Int)? {
        var position = start
        var body: [UInt8] = []
        while let line = bytes[position...].firstIndex(of: 13), line + 1 < bytes.count {
            let text = String(decoding: bytes[position..<line], as: UTF8.self)
            guard let size = Int(text, radix: 16), line + 4 + size <= bytes.count else {
                return nil
            }
            body += bytes[(line + 2)..<(line + 2 + size)]
            position = line + 4 + size
            if size == 0 { return (String(decoding: body, as: UTF8.self), position) }
        }
        return nil
    }
}
