import Foundation
import Glibc
import Runner

/// Stands between a client and PostgreSQL, cuts the connection at its COMMIT, once, and counts how
/// often the client waits for the server.
final class CuttingProxy: @unchecked Sendable {
    enum Cut {
        case never
        /// COMMIT never reaches the server.
        case before
        /// The server has answered it, and the client does not hear of it.
        case behind
        /// Before the statement that holds this text reaches the server.
        case at(String)
    }

    let port: UInt16
    private let target: UInt16
    private let listener: Int32
    private let cut: Cut
    private let hasCut = Lock(false)
    private let synchronisationCount = Lock(0)

    init(to target: UInt16, _ cut: Cut) {
        (self.target, self.cut) = (target, cut)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = bind(listener, generic, length)
                _ = listen(listener, 16)
                _ = getsockname(listener, generic, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self] in serve() }.start()
    }

    /// The client's Sync messages: each ends what goes out together.
    var synchronisations: Int { synchronisationCount.withLock { $0 } }

    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve() {
        while case let client = accept(listener, nil, nil), client >= 0 {
            Thread { [self] in relay(client) }.start()
        }
        _ = Glibc.close(listener)
    }

    private func relay(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(target)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var sockets = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        var isCutting = false
        var end: [UInt8] = []
        while poll(&sockets, 2, -1) > 0 {
            if sockets[0].revents != 0 {
                guard let bytes = Self.receive(client) else { break }
                end = count(end + bytes)
                if isMark(bytes), isFirst() {
                    guard case .behind = cut else { break }
                    isCutting = true
                }
                Self.send(bytes, server)
            }
            if sockets[1].revents != 0 {
                guard let bytes = Self.receive(server), !isCutting else { break }
                Self.send(bytes, client)
            }
        }
        _ = Glibc.close(client)
        _ = Glibc.close(server)
    }

    /// Whether nothing has been cut yet.
    private func isFirst() -> Bool {
        hasCut.withLock { was in
            defer { was = true }
            return !was
        }
    }

    /// Counts the synchronisations in what came; answers the end that may be the beginning of one.
    private func count(_ bytes: [UInt8]) -> [UInt8] {
        let mark: [UInt8] = [UInt8(ascii: "S"), 0, 0, 0, 4]
        let count = bytes.ranges(of: mark).count
        synchronisationCount.withLock { $0 += count }
        return bytes.suffix(mark.count) == mark[...] ? [] : bytes.suffix(mark.count - 1)
    }

    private func isMark(_ bytes: [UInt8]) -> Bool {
        if case .never = cut { return false }
        let mark = if case .at(let text) = cut { text } else { "COMMIT" }
        return bytes.firstRange(of: Array(mark.utf8)) != nil
    }

    private static func receive(_ socket: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    private static func send(_ bytes: [UInt8], _ socket: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
