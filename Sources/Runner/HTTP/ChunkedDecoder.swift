/// Reads a chunked body as its bytes arrive (RFC 9112 §7.1).
///
/// Knows no socket. Chunk extensions and trailer fields are checked and dropped.
struct ChunkedDecoder: Sendable {
    enum Step: Sendable, Equatable {
        /// All that was given is used up.
        case more
        /// Body bytes, as a range of what was given.
        case data(Range<Int>)
        case end
    }

    private enum State: Sendable {
        case size(digits: Int)
        case extensions
        case sizeLineFeed
        case data
        case dataReturn
        case dataLineFeed
        case trailers
        case end
    }

    private var state = State.size(digits: 0)
    private var remaining: UInt64 = 0
    private var extensions = ChunkExtensions()
    private var trailers = TrailerParser()
    private let limits: HTTPLimits

    init(limits: HTTPLimits) { self.limits = limits }

    /// Goes on at `position`, which it moves behind what it has used.
    mutating func next(
        _ bytes: Span<UInt8>,
        _ position: inout Int
    ) throws(Refusal) -> Step {
        while position < bytes.count {
            if case .data = state { return takeData(bytes, &position) }
            let byte = bytes[position]
            position += 1
            try take(byte)
            if case .end = state { return .end }
        }
        return .more
    }

    private mutating func takeData(_ bytes: Span<UInt8>, _ position: inout Int) -> Step {
        let count = Int(min(remaining, UInt64(bytes.count - position)))
        defer { position += count }
        remaining -= UInt64(count)
        if remaining == 0 { state = .dataReturn }
        return .data(position..<(position + count))
    }

    private mutating func take(_ byte: UInt8) throws(Refusal) {
        switch state {
        case .size(let digits): try takeSize(byte, digits)
        case .extensions:
            if byte == 13 {
                try extensions.endLine()
                state = .sizeLineFeed
            } else {
                try extensions.take(byte, limits)
            }
        case .sizeLineFeed:
            guard byte == 10 else { throw .chunkMalformed }
            state = remaining == 0 ? .trailers : .data
        case .dataReturn:
            // §7.1: the data is followed by CR LF, or the sizes do not mean what we think.
            guard byte == 13 else { throw .chunkMalformed }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 10 else { throw .chunkMalformed }
            remaining = 0
            state = .size(digits: 0)
        case .trailers: if try trailers.take(byte, limits) { state = .end }
        case .data, .end: break
        }
    }

    /// §7.1: hexadecimal digits alone, at most 16, so that the number cannot overflow.
    private mutating func takeSize(_ byte: UInt8, _ digits: Int) throws(Refusal) {
        if let digit = Grammar.hexadecimal(byte) {
            guard digits < 16 else { throw .chunkMalformed }
            remaining = remaining << 4 | UInt64(digit)
            state = .size(digits: digits + 1)
            return
        }
        guard digits > 0 else { throw .chunkMalformed }
        if byte == 13 {
            state = .sizeLineFeed
        } else {
            extensions.beginLine()
            try extensions.take(byte, limits)
            state = .extensions
        }
    }
}
