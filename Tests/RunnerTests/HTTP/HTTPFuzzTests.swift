import Testing

@testable internal import Runner

/// The corpus of verdicts, mutated at random from fixed seeds.
@Suite struct `HTTP fuzzing` {
    private static let corpus = [
        VerdictRows.requestLines, VerdictRows.methods, VerdictRows.targets, VerdictRows.fields,
        VerdictRows.hosts, VerdictRows.lengths, VerdictRows.codings, VerdictRows.chunks,
        VerdictRows.extensions, VerdictRows.trailers,
    ].flatMap { $0 }.filter { $0.bytes.count < 1000 }.map(\.bytes)

    /// What matters to a grammar, which random bytes seldom hit.
    private static let tokens = [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", ";", "=", "\"", ",", "\u{0}", "%", "0",
        "chunked",
        "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Host: y\r\n", "HTTP/1.1", "/",
        "#",
    ].map { Array($0.utf8) }

    @Test(arguments: 0..<16)
    func `what the parsers make of bytes does not depend on how they come`(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<400 {
            let bytes = HTTPFuzzing.mutate(Self.corpus, Self.tokens, &random)
            let whole = HTTPFuzzing.read(bytes, step: bytes.count)
            let step = Int.random(in: 1...7, using: &random)
            #expect(HTTPFuzzing.read(bytes, step: step) == whole, "\(bytes), step \(step)")
        }
    }

    @Test(arguments: 0..<8)
    func `a server outlives all of it, and what it answers is HTTP`(_ seed: UInt64) throws {
        let server = try TestServer()
        var random = SplitMix(state: seed &+ 1000)
        for _ in 0..<100 {
            let bytes = HTTPFuzzing.mutate(Self.corpus, Self.tokens, &random)
            let client = Client(server.port)
            client.send(bytes)
            client.finishSending()
            var (received, closed) = client.receiveAll()
            #expect(closed, "\(bytes)")
            let isHead = bytes.starts(with: Array("HEAD".utf8))
            while !received.isEmpty, !isHead {
                guard let (answer, length) = ReceivedAnswer.parse(received, toHead: false) else {
                    Issue.record("no HTTP: \(received) to \(bytes)")
                    break
                }
                #expect([100, 200, 204].contains(answer.status) || answer.status >= 400)
                received.removeFirst(length)
            }
        }
        let client = Client(server.port)
        client.send(line("GET /alive HTTP/1.1"))
        #expect(client.answer()?.body == "GET /alive ")
    }
}

/// A generator that gives the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

enum HTTPFuzzing {
    static func mutate(_ corpus: [[UInt8]], _ tokens: [[UInt8]], _ random: inout SplitMix)
        -> [UInt8]
    {
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 1: if place < bytes.count { bytes.remove(at: place) }
            case 2:
                if place < bytes.count {
                    bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
                }
            case 3: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + 5))
            default:
                let other = corpus.randomElement(using: &random) ?? []
                bytes.insert(
                    contentsOf: other.prefix(Int.random(in: 0...40, using: &random)),
                    at: place
                )
            }
        }
        return bytes
    }

    /// All requests of the bytes, their bodies and the refusal that ends them, as text.
    static func read(_ bytes: [UInt8], step: Int) -> String {
        var requests = ""
        var pending: [UInt8] = []
        var reader = Reader()
        var position = 0
        while position < bytes.count {
            let end = min(position + max(1, step), bytes.count)
            pending += bytes[position..<end]
            position = end
            do throws(Refusal) {
                while let event = try reader.next(&pending) { requests += event }
            } catch {
                return requests + "\(error.status)"
            }
        }
        return requests
    }

    private struct Reader {
        private var parser = HeadParser()
        private var chunks: ChunkedDecoder?
        private var left = 0

        mutating func next(_ bytes: inout [UInt8]) throws(Refusal) -> String? {
            guard !bytes.isEmpty else { return nil }
            if left > 0 {
                let count = min(left, bytes.count)
                left -= count
                return take(count, &bytes)
            }
            if chunks != nil { return try nextChunk(&bytes) }
            guard case .whole(let count) = try parser.advance(bytes.span, HTTPLimits()) else {
                return nil
            }
            if case .length(let length) = parser.body { left = length }
            if case .chunked = parser.body { chunks = ChunkedDecoder(limits: HTTPLimits()) }
            let text = "[\(count) \(parser.fields.count) \(parser.body)]"
            parser = HeadParser()
            bytes.removeFirst(count)
            return text
        }

        private mutating func nextChunk(_ bytes: inout [UInt8]) throws(Refusal) -> String? {
            var position = 0
            let step = try chunks?.next(bytes.span, &position)
            switch step {
            case .data(let range):
                let text = bytes[range].map { "\($0)." }.joined()
                bytes.removeFirst(position)
                return text
            case .end:
                chunks = nil
                bytes.removeFirst(position)
                return "(end)"
            case .more, nil:
                bytes.removeFirst(position)
                return bytes.isEmpty ? nil : ""
            }
        }

        private func take(_ count: Int, _ bytes: inout [UInt8]) -> String {
            defer { bytes.removeFirst(count) }
            return bytes.prefix(count).map { "\($0)." }.joined()
        }
    }
}
