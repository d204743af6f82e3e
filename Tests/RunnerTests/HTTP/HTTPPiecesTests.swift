import Testing

@testable internal import Functions
@testable internal import Runner

@Suite struct `HTTP pieces` {
    @Test func `a date is written as RFC 9110 has it`() {
        let dates: [(Int64, String)] = [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        ]
        for (seconds, text) in dates {
            #expect(String(decoding: HTTPDate.render(seconds), as: UTF8.self) == text)
        }
    }

    @Test func `a problem document has its members in order`() {
        let identifier = UUID(high: 1, low: 2)
        let problem = ProblemDocument(
            status: 422,
            type: "/problems/x",
            title: "A \"quoted\" \\ title\n",
            detail: "Привет",
            members: [("errors", ContiguousArray("[]".utf8))]
        )
        let text = String(decoding: problem.render(requestID: identifier), as: UTF8.self)
        #expect(
            text == #"{"type":"/problems/x","title":"A \"quoted\" \\ title\u000a","status":422,"#
                + #""detail":"Привет","requestId":"00000000-0000-0001-0000-000000000002","errors":[]}"#
        )
    }

    @Test func `each refusal tells what to do`() {
        for refusal in Refusal.allCases {
            let problem = refusal.problem
            #expect(problem.status >= 400)
            #expect(problem.type.hasPrefix("/problems/"))
            #expect(problem.detail.hasSuffix("."), "\(refusal)")
        }
    }

    @Test func `fields cannot split an answer`() {
        var fields = ResponseFields()
        fields.add("Vary", "Origin")
        #expect(fields.malformed == nil)
        fields.add("Location", "/a\r\nSet-Cookie: b")
        #expect(fields.malformed?.description == "Location")
        #expect(fields.bytes == ContiguousArray("Vary: Origin\r\n".utf8))
        let taken = [("A B", "c"), ("A", "b\r\nC: d"), ("", "b"), ("A", "b")].map {
            fields.add(foreign: $0.0.utf8, $0.1.utf8)
        }
        #expect(taken == [false, false, false, true])
        #expect(fields.bytes == ContiguousArray("Vary: Origin\r\nA: b\r\n".utf8))
    }

    @Test func `identifiers rise though the clock stands still or goes back`() {
        var source = IdentifierSource(random: Constant(number: .max))
        var last = UUID(high: 0, low: 0)
        for step in 0..<20_000 {
            let next = source.next(milliseconds: step < 10_000 ? 1_000_000 : 5)
            #expect(next > last)
            #expect(next.high >> 12 & 0xF == 7)
            #expect(next.low >> 62 == 2)
            last = next
        }
        let later = source.next(milliseconds: 2_000_000)
        #expect(later.high >> 16 == 2_000_000)
    }

    private struct Constant: RandomNumberGenerator {
        let number: UInt64
        mutating func next() -> UInt64 { number }
    }

    @Test func `a timer wheel brings each slot up once, not before its time`() {
        var random = SystemRandomNumberGenerator()
        var wheel = TimerWheel(now: 0)
        var deadlines: [Int: Int64] = [:]
        for slot in 0..<500 {
            deadlines[slot] = Int64.random(in: 1...200_000, using: &random)
            wheel.set(slot, at: deadlines[slot, default: 0])
        }
        for slot in 0..<50 {
            wheel.remove(slot)
            deadlines[slot] = nil
        }
        var now: Int64 = 0
        while let wait = wheel.wait(now: now) {
            now += wait
            while let slot = wheel.popDue(now: now) {
                let deadline = deadlines[slot] ?? -1
                if deadline > now {
                    wheel.set(slot, at: deadline)
                } else {
                    #expect(now - deadline <= 16)
                    deadlines[slot] = nil
                }
            }
        }
        #expect(deadlines.isEmpty)
    }

    @Test func `a deadline that moves forward comes up then`() {
        var wheel = TimerWheel(now: 1000)
        wheel.set(0, at: 50_000)
        wheel.set(0, at: 2000)
        wheel.set(0, at: 90_000)
        let popped = [1999, 2016, 1_000_000].map { wheel.popDue(now: $0) }
        #expect(popped == [nil, 0, nil])
        #expect(wheel.wait(now: 1_000_000) == nil)
    }

    @Test func `a buffer keeps its bytes in order while it grows and moves`() {
        var pool = BufferPool()
        var buffer = ByteBuffer()
        var expected: [UInt8] = []
        var random = SystemRandomNumberGenerator()
        for step in 0..<2000 {
            let piece = ContiguousArray(
                repeating: UInt8(truncatingIfNeeded: step),
                count: Int.random(in: 0...900, using: &random)
            )
            buffer.append(piece, &pool)
            expected += piece
            let taken = Int.random(in: 0...min(expected.count, 900), using: &random)
            buffer.consume(taken)
            expected.removeFirst(taken)
        }
        #expect(Array(buffer.bytes) == expected)
        buffer.removeAll()
        buffer.append(decimal: 0, &pool)
        buffer.append(decimal: 9_007_199_254_740_991, &pool)
        buffer.append(hexadecimal: 0xBEEF, &pool)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "09007199254740991beef")
        buffer.removeAll()
        buffer.release(&pool)
        pool.removeAll()
    }
}
