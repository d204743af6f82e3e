import Testing

@testable internal import Runner

/// The grammars without a socket.
@Suite struct `HTTP parsers` {
    private static let requests =
        VerdictRows.requestLines + VerdictRows.methods + VerdictRows.targets
        + VerdictRows.fields + VerdictRows.hosts + VerdictRows.lengths + VerdictRows.codings

    @Test(arguments: requests)
    func `a head means the same however it is cut`(_ verdict: Verdict) {
        let whole = outcome(verdict.bytes, cuts: [])
        for cut in 0..<verdict.bytes.count {
            #expect(outcome(verdict.bytes, cuts: [cut]) == whole, "cut at \(cut)")
        }
        #expect(outcome(verdict.bytes, cuts: Array(0..<verdict.bytes.count)) == whole)
    }

    private func outcome(_ bytes: [UInt8], cuts: [Int]) -> String {
        var parser = HeadParser()
        do throws(Refusal) {
            for end in cuts + [bytes.count] {
                let part = bytes[..<end]
                let progress = try parser.advance(part.span, HTTPLimits())
                if case .whole(let count) = progress { return "\(count) \(parser.body)" }
            }
            return "incomplete"
        } catch {
            // A bad start may be refused before its line is whole: the same status is what counts.
            return "\(error.status)"
        }
    }

    @Test(arguments: VerdictRows.chunks + VerdictRows.extensions + VerdictRows.trailers)
    func `a chunked body means the same however it is cut`(_ verdict: Verdict) {
        let body = Array(verdict.bytes.dropFirst(chunked("").utf8.count))
        guard body.count < 2000 else { return }
        let whole = decoded(body, step: body.count)
        for step in 1..<max(2, body.count) { #expect(decoded(body, step: step) == whole) }
    }

    private func decoded(_ bytes: [UInt8], step: Int) -> String {
        var decoder = ChunkedDecoder(limits: HTTPLimits())
        var data: [UInt8] = []
        var start = 0
        do throws(Refusal) {
            while start < bytes.count {
                let piece = Array(bytes[start..<min(start + step, bytes.count)])
                var position = 0
                while position < piece.count {
                    switch try decoder.next(piece.span, &position) {
                    case .more: break
                    case .data(let range): data += piece[range]
                    case .end: return "\(data) and \(bytes.count - start - position) left"
                    }
                }
                start += piece.count
            }
            return "\(data) and more to come"
        } catch {
            return "\(error)"
        }
    }

    @Test func `the ranges of a head name its parts`() throws {
        let bytes = Array(
            "\r\nPUT http://h:1/a/b?c=d HTTP/1.1\r\nHOST:h:1\r\nx-y: \t z \r\n\r\nrest".utf8
        )
        var parser = HeadParser()
        let progress = try parser.advance(bytes.span, HTTPLimits())
        #expect(progress == .whole(bytes.count - 4))
        let request = try #require(parser.request)
        let head = RequestHead(
            method: request.method,
            bytes: ContiguousArray(bytes),
            pathRange: request.path,
            queryRange: request.query,
            fields: parser.fields,
            isVersion11: request.isVersion11,
            peer: ""
        )
        #expect(head.method == .put)
        #expect(String(decoding: head.path, as: UTF8.self) == "/a/b")
        #expect(head.query.map { String(decoding: $0, as: UTF8.self) } == "c=d")
        #expect(head.first("host").map { String(decoding: $0, as: UTF8.self) } == "h:1")
        #expect(head.first("x-y").map { String(decoding: $0, as: UTF8.self) } == "z")
        #expect(head.count("x-y") == 1)
        #expect(head.first("x") == nil)
    }

    @Test func `a slow drip is not read again and again`() throws {
        var bytes = Array("GET / HTTP/1.1\r\nHost: x\r\nA: ".utf8)
        bytes += [UInt8](repeating: 65, count: 32_000)
        var parser = HeadParser()
        for end in 1...bytes.count {
            let part = bytes[..<end]
            let progress = try parser.advance(part.span, HTTPLimits())
            guard progress == .incomplete else {
                Issue.record("not incomplete after \(end) bytes")
                return
            }
        }
    }
}
