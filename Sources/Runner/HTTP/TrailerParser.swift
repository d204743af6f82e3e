/// Checks the fields behind the last chunk (RFC 9112 §7.1.2), a byte at a time, and drops them.
///
/// They are never merged into the head (RFC 9110 §6.5.1): what was decided on it stays decided.
struct TrailerParser: Sendable {
    private enum State: Sendable {
        case lineStart
        case name
        case value
        case lineFeed
        case lastLineFeed
    }

    private var state = State.lineStart
    private var total = 0

    /// True when the section is over.
    mutating func take(_ byte: UInt8, _ limits: HTTPLimits) throws(Refusal) -> Bool {
        total += 1
        guard total <= limits.trailers else { throw .trailersTooLarge }
        switch state {
        case .lineStart:
            guard byte == 13 || Grammar.isTokenByte(byte) else { throw .trailerMalformed }
            state = byte == 13 ? .lastLineFeed : .name
        case .name:
            guard byte == UInt8(ascii: ":") || Grammar.isTokenByte(byte) else {
                throw .trailerMalformed
            }
            if byte == UInt8(ascii: ":") { state = .value }
        case .value:
            guard byte == 13 || Grammar.isValueByte(byte) else { throw .trailerMalformed }
            if byte == 13 { state = .lineFeed }
        case .lineFeed:
            guard byte == 10 else { throw .trailerMalformed }
            state = .lineStart
        case .lastLineFeed:
            guard byte == 10 else { throw .trailerMalformed }
            return true
        }
        return false
    }
}
