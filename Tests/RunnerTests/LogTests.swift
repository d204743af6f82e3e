import Functions
import Glibc
import Testing

@testable import Runner

struct LogTextTests {
    private let time = Timestamp(milliseconds: 1_000)

    private func json(_ message: String, _ values: [(name: String, value: String)] = []) -> String {
        String(decoding: LogText.json(time, .info, message, values), as: UTF8.self)
    }

    private func plain(_ message: String, _ values: [(name: String, value: String)] = []) -> String
    {
        String(decoding: LogText.plain(time, .info, message, values), as: UTF8.self)
    }

    @Test func `an event is one line`() {
        #expect(
            json("paid", [(name: "order", value: "7"), (name: "title", value: "é \"x\"\n")])
                == #"{"time":"1970-01-01T00:00:01.000Z","level":"info","message":"paid","order":"7","title":"é \"x\"\n"}"#
                + "\n"
        )
        #expect(
            plain("paid", [(name: "order", value: "7"), (name: "title", value: "a \"b\"")])
                == "1970-01-01T00:00:01.000Z INFO    paid order=7 title=\"a \\\"b\\\"\"\n"
        )
    }

    @Test(arguments: [
        "a\nb", "a\r\nERROR forged", "\u{1B}[2J", "\u{0}", "\u{85}", "\u{9B}2J", "\u{2028}",
        "\u{202E}x", "\u{7F}",
    ])
    func `no value ends a line or steers a terminal`(hostile: String) throws {
        for line in [
            json(hostile, [(name: hostile, value: hostile)]),
            plain(hostile, [(name: hostile, value: hostile)]),
        ] {
            #expect(line.last == "\n")
            #expect(line.dropLast().unicodeScalars.allSatisfy(LogText.isHarmless))
        }
        let value = try JSON.parse(String(json("x", [(name: "v", value: hostile)]).dropLast()))
        #expect(value["v"]?.string == hostile)
    }

    @Test func `values cannot take the place of time, level and message`() throws {
        let value = try JSON.parse(String(json("x", [(name: "level", value: "error")]).dropLast()))
        #expect(value["level"]?.string == "info" && value["level_"]?.string == "error")
    }

    @Test func `a long value is cut`() {
        #expect(
            json("x", [(name: "v", value: String(repeating: "a", count: 100_000))]).utf8.count
                < 5_000
        )
    }
}

struct LogQueueTests {
    private func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        precondition(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func `lines arrive whole and in order`() {
        let ends = pipe()
        let log = StandardLog(level: .info, format: .json, descriptor: ends.write)
        for number in 0..<100 { log.info("line \(number)") }
        log.debug("not this one")
        log.flush()
        close(ends.write)
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(ends.read, &buffer, buffer.count), count > 0 {
            text += buffer[..<count]
        }
        close(ends.read)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 100)
        #expect(lines.enumerated().allSatisfy { $1.hasSuffix("\"message\":\"line \($0)\"}") })
    }

    @Test func `whom nobody reads never waits, and counts what is lost`() {
        let ends = pipe()
        let log = StandardLog(level: .info, format: .text, descriptor: ends.write)
        let value = String(repeating: "x", count: 1_000)
        let start = ContinuousClock.now
        for _ in 0..<5_000 { log.info("full", [(name: "value", value: value)]) }
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(log.dropped > 1_000)
        // The queue's thread waits in its write for ever: the reader's end lets it go.
        signal(SIGPIPE, SIG_IGN)
        close(ends.read)
        log.flush()
        close(ends.write)
    }

    @Test func `a closed pipe ends nothing`() {
        signal(SIGPIPE, SIG_IGN)
        let ends = pipe()
        close(ends.read)
        let log = StandardLog(level: .info, format: .json, descriptor: ends.write)
        for _ in 0..<10 { log.info("to nobody") }
        log.flush()
        #expect(log.dropped == 10)
        close(ends.write)
    }
}

struct LogTraceContextTests {
    private let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a field is read and written`() throws {
        let trace = try #require(TraceContext(text.utf8))
        #expect(trace.text == text)
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        var random = SystemRandomNumberGenerator()
        let child = trace.child(using: &random)
        #expect(child.traceID == trace.traceID && child.parent != trace.parent && child.flags == 1)
        let new = TraceContext(using: &random)
        #expect(TraceContext(new.text.utf8) == new)
    }

    @Test(arguments: [
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-more",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ])
    func `a later version is read as far as this one goes`(later: String) {
        #expect(TraceContext(later.utf8)?.text == text)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
    ])
    func `anything else is ignored`(wrong: String) { #expect(TraceContext(wrong.utf8) == nil) }
}
