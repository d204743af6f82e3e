/// Follows an answer's body to its end, so that the end is known without libcurl.
///
/// libcurl calls an exchange whole once both directions are: while a request's body waits for more,
/// it says nothing about an answer that has long been there.
struct ResponseBodyReader {
    private enum Rest {
        case length(Int)
        case chunks(ChunkedDecoder)
        case untilClose
        case nothing
    }

    private var rest: Rest

    init(_ head: ClientHead) {
        switch (head.status, head.isChunked, head.length) {
        case (204, _, _), (304, _, _), (_, false, 0): rest = .nothing
        case (_, true, _): rest = .chunks(ChunkedDecoder(limits: HTTPLimits()))
        case (_, false, let length?): rest = .length(length)
        case (_, false, nil): rest = .untilClose
        }
    }

    var isWhole: Bool { if case .nothing = rest { true } else { false } }

    /// Whether only the connection's close says that the body is whole.
    var endsByClose: Bool { if case .untilClose = rest { true } else { false } }

    /// Takes bytes as they came, chunks undecoded, and hands the body's own on.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(Refusal) {
        switch rest {
        case .length(let left):
            rest = left > bytes.count ? .length(left - bytes.count) : .nothing
            unsafe body(bytes)
        case .chunks(var decoder):
            let decoded = try unsafe Self.decode(bytes.bindMemory(to: UInt8.self).span, &decoder)
            rest = decoded.isWhole ? .nothing : .chunks(decoder)
            if !decoded.bytes.isEmpty { unsafe decoded.bytes.withUnsafeBytes { unsafe body($0) } }
        case .untilClose: unsafe body(bytes)
        case .nothing: break
        }
    }

    private static func decode(
        _ bytes: Span<UInt8>,
        _ decoder: inout ChunkedDecoder
    ) throws(Refusal) -> (bytes: ContiguousArray<UInt8>, isWhole: Bool) {
        var decoded = ContiguousArray<UInt8>()
        decoded.reserveCapacity(bytes.count)
        var position = 0
        while true {
            switch try decoder.next(bytes, &position) {
            case .more: return (decoded, false)
            case .end: return (decoded, true)
            case .data(let range): for index in range { decoded.append(bytes[index]) }
            }
        }
    }
}
