import Glibc
import Runner
import Synchronization

/// A mail server on loopback that answers as it is told, one thread a connection.
final class MailServerScript: Sendable {
    /// What it does instead of answering as usual.
    enum Answer: Sendable {
        case line(String)
        /// Says nothing more, but stays.
        case silence
        case close
        /// Waits, then answers as usual.
        case slowly(seconds: Double)
        /// One byte a second of an answer that never ends.
        case drip
        /// Many lines, then silence.
        case flood
    }

    struct Seen: Sendable {
        var commands: [String] = []
        var messages: [String] = []
        var connections = 0
    }

    let port: Int
    private let listener: Int32
    private let answers: [String: Answer]
    private let seen = Lock(Seen())

    /// The keys: `greeting`, a verb, `body` (as soon as its first bytes are there), `.` for the end,
    /// or a whole command.
    init(_ answers: [String: Answer] = [:]) {
        self.answers = answers
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length)
                listen(listener, 64)
                getsockname(listener, generic, &length)
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
        self.listener = listener
        start { [self] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                seen.withLock { $0.connections += 1 }
                start { [self] in serve(client) }
            }
            close(listener)
        }
    }

    var log: Seen { seen.withLock { $0 } }

    /// Ends the accepting thread, which closes the listener.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ client: Int32) {
        defer { close(client) }
        guard answer(client, "greeting", "220 ready\r\n") else { return }
        var input = LineReader(client)
        while let line = input.next() {
            let verb = line.prefix { $0 != " " && $0 != "\r\n" }.uppercased()
            seen.withLock { $0.commands.append(line.trimmingEnd()) }
            switch verb {
            case "EHLO", "HELO":
                guard answer(client, "EHLO", "250-me\r\n250-SIZE 1000000\r\n250 8BITMIME\r\n")
                else {
                    return
                }
            case "DATA":
                guard answer(client, verb, "354 go on\r\n"), takeMessage(client, &input) else {
                    return
                }
            case "QUIT":
                _ = answer(client, verb, "221 bye\r\n")
                return
            default:
                let key = answers[line.trimmingEnd()] == nil ? verb : line.trimmingEnd()
                guard answer(client, key, "250 ok\r\n") else { return }
            }
        }
    }

    private func takeMessage(_ client: Int32, _ input: inout LineReader) -> Bool {
        if case .line? = answers["DATA"] { return true }
        var message = ""
        while let line = input.next() {
            if answers["body"] != nil { return answer(client, "body", "") }
            if line == ".\r\n" {
                seen.withLock { $0.messages.append(message) }
                return answer(client, ".", "250 taken\r\n")
            }
            message += line
        }
        return false
    }

    /// False where the conversation is over.
    private func answer(_ client: Int32, _ key: String, _ usual: String) -> Bool {
        switch answers[key] {
        case nil: return send(client, usual)
        case .line(let line)?: return send(client, line + "\r\n")
        case .slowly(let seconds)?:
            usleep(UInt32(seconds * 1_000_000))
            return send(client, usual)
        case .close?: return false
        case .flood?:
            let code = usual.prefix(3)
            for _ in 0..<20_000
            where !send(client, "\(code)-\(String(repeating: "x", count: 200))\r\n") {
                return false
            }
            return wait(client)
        case .drip?:
            while send(client, "2") { usleep(1_000_000) }
            return false
        case .silence?: return wait(client)
        }
    }

    /// Until the other side leaves.
    private func wait(_ client: Int32) -> Bool {
        var byte: UInt8 = 0
        while recv(client, &byte, 1, 0) > 0 {}
        return false
    }

    private func send(_ client: Int32, _ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        var text = self
        while text.last == "\r\n" || text.last == "\n" { text.removeLast() }
        return text
    }
}

/// The lines of a connection, with their ends.
private struct LineReader {
    private let descriptor: Int32
    private var held: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    mutating func next() -> String? {
        while true {
            if let end = held.firstIndex(of: 10) {
                let line = String(decoding: held[...end], as: UTF8.self)
                held.removeFirst(end + 1)
                return line
            }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            held += buffer[..<count]
        }
    }
}

private func start(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    pthread_create(
        &thread,
        nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            return nil
        },
        box
    )
    pthread_detach(thread)
}
