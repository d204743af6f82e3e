internal import Functions
internal import Glibc
internal import Runner
import Testing

/// Drops what the core logs.
struct SilentLog: Log {
    func write(_ level: LogLevel, _ message: String, _ values: [(name: String, value: String)]) {}
    func isEnabled(_ level: LogLevel) -> Bool { false }
}

/// Serves the paths that the tests of the core ask for.
///
/// Any path but those below answers 200 with method, path and body.
final class EchoHandler: ExchangeHandler {
    /// What happened to parked exchanges, in order.
    let notes = Lock<[String]>([])
    let parked = Lock<[Exchange]>([])
    let bodyLimit: Int

    init(bodyLimit: Int = 16 * 1024) { self.bodyLimit = bodyLimit }

    func note(_ text: String) { notes.withLock { $0.append(text) } }

    /// Waits for a note, and takes it.
    func expect(_ text: String, _ location: SourceLocation = #_sourceLocation) {
        let isThere = eventually {
            self.notes.withLock { notes in
                guard let index = notes.firstIndex(of: text) else { return false }
                notes.remove(at: index)
                return true
            }
        }
        #expect(isThere, "no note \"\(text)\"", sourceLocation: location)
    }

    func handle(_ exchange: Exchange) {
        switch String(decoding: exchange.head.path, as: UTF8.self) {
        case "/park": park(exchange)
        case "/ignore": refuse(exchange, 404)
        case "/stream": StreamingAnswer(exchange, bytes: 8 * 1024 * 1024, self).go()
        case "/endless": StreamingAnswer(exchange, bytes: .max, self).go()
        case "/cut": cut(exchange)
        case "/short": short(exchange)
        case "/pieces": pieces(exchange)
        case "/split": exchange.respond(Response(status: 200, fields: EchoHandler.splitting))
        case "/split/begun":
            exchange.begin(status: 200, fields: EchoHandler.splitting, length: nil)
            _ = write(exchange, "part")
            exchange.end()
        case "/sink": exchange.streamBody(CountingSink(exchange))
        case "/forget": break
        case "/gone": exchange.onGone = { exchange.respond(Response(status: 200)) }
        case "/interrupted":
            exchange.onGone = { self.note("gone") }
            exchange.begin(status: 200, fields: ResponseFields(), length: nil)
            exchange.collectBody(limit: 100) { _ in exchange.end() }
        case "/late": exchange.after(milliseconds: 50) { exchange.respond(Response(status: 504)) }
        default: echo(exchange)
        }
    }

    private func echo(_ exchange: Exchange) {
        exchange.onGone = { self.note("gone") }
        exchange.collectBody(limit: bodyLimit) { body in
            switch body {
            case .tooLarge:
                self.refuse(exchange, 413)
            case .whole(let bytes):
                var text = ContiguousArray("\(exchange.head.method.rawValue) ".utf8)
                text.append(contentsOf: exchange.head.path)
                text.append(contentsOf: " ".utf8)
                text.append(contentsOf: bytes)
                var fields = ResponseFields()
                fields.add("Content-Type", "text/plain")
                exchange.respond(Response(status: 200, fields: fields, body: text))
            }
        }
    }

    private func refuse(_ exchange: Exchange, _ status: Int) {
        exchange.refuse(
            status: status,
            type: "/problems/test",
            title: "Refused",
            detail: "Ask for something else."
        )
    }

    private func park(_ exchange: Exchange) {
        exchange.onGone = {
            self.note("gone")
            exchange.abort()
        }
        note("parked")
        parked.withLock { $0.append(exchange) }
    }

    private func cut(_ exchange: Exchange) {
        exchange.begin(status: 200, fields: ResponseFields(), length: nil)
        _ = write(exchange, "part")
        exchange.resume {
            $0.abort()
            $0.end()
        }
    }

    /// A field of the handler's own that would begin another one.
    private static var splitting: ResponseFields {
        var fields = ResponseFields()
        fields.add("Location", "/a\r\nSet-Cookie: b")
        return fields
    }

    /// An answer whose length nobody knows before its end.
    private func pieces(_ exchange: Exchange) {
        exchange.begin(status: 200, fields: ResponseFields(), length: nil)
        for piece in ["first, ", "then"] { _ = write(exchange, piece) }
        exchange.end()
    }

    private func short(_ exchange: Exchange) {
        exchange.begin(status: 200, fields: ResponseFields(), length: 10)
        _ = write(exchange, "part")
        exchange.end()
    }
}

/// Sends a long answer as fast as the client takes it.
private final class StreamingAnswer {
    private let exchange: Exchange
    private var left: Int
    private var wasFull = false
    private let handler: EchoHandler

    init(_ exchange: Exchange, bytes: Int, _ handler: EchoHandler) {
        self.exchange = exchange
        left = bytes
        self.handler = handler
        exchange.begin(status: 200, fields: ResponseFields(), length: nil)
        exchange.onDrain = { self.go() }
        exchange.onGone = {
            handler.note("gone")
            exchange.abort()
        }
    }

    func go() {
        let piece = String(repeating: "x", count: 16 * 1024)
        while left > 0 {
            left -= piece.utf8.count
            if !write(exchange, piece) {
                if !wasFull { handler.note("full") }
                wasFull = true
                return
            }
        }
        exchange.end()
    }
}

/// Counts a streamed body, pausing after each piece.
private final class CountingSink: BodySink {
    private let exchange: Exchange
    private var count = 0

    init(_ exchange: Exchange) { self.exchange = exchange }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        exchange.pauseBody()
        exchange.resume { $0.resumeBody() }
    }

    func receivedAll() {
        exchange.respond(Response(status: 200, body: ContiguousArray("\(count)".utf8)))
    }
}

func write(_ exchange: Exchange, _ text: String) -> Bool {
    var text = text
    return text.withUTF8 { exchange.write(UnsafeRawBufferPointer($0)) }
}

/// Looks again and again, for ten seconds at most.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<10_000 {
        if condition() { return true }
        usleep(1000)
    }
    return false
}

/// A server on a free port, for one test.
final class TestServer: Sendable {
    let handler: EchoHandler
    let loops: EventLoops
    let server: HTTPServer
    let port: Int

    init(
        handler: EchoHandler = EchoHandler(),
        host: String = "127.0.0.1",
        loops count: Int = 1,
        log: any Log = SilentLog(),
        _ change: (inout HTTPLimits) -> Void = { _ in }
    ) throws {
        var limits = HTTPLimits()
        change(&limits)
        self.handler = handler
        loops = try EventLoops(count: count, log: log)
        server = HTTPServer(
            name: "test",
            host: host,
            port: 0,
            handler: handler,
            loops: loops,
            limits: limits,
            log: log
        )
        port = try server.start().port
    }

    deinit { loops.stop() }

    func expectConnections(_ count: Int, _ location: SourceLocation = #_sourceLocation) {
        let isSo = eventually { server.connectionCount == count }
        #expect(isSo, "\(server.connectionCount) connections", sourceLocation: location)
    }
}
