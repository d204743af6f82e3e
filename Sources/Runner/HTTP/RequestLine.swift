/// The first line of a request (RFC 9112 §3): what it asks, of what, in which version.
///
/// Ranges count from the head's first byte.
struct RequestLine: Sendable {
    let method: Method
    /// Why target or method is refused, though the line is well formed; said once the head is
    /// whole, so that the answer can heed its fields.
    let refusal: Refusal?
    let path: Range<Int>
    let query: Range<Int>?
    /// The host and port of an absolute URL.
    let authority: Range<Int>?
    let isVersion11: Bool

    /// Reads a line without its CR LF.
    static func parse(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>,
        longestMethod: Int
    ) throws(Refusal) -> RequestLine {
        let parts = try split(bytes, line)
        let isVersion11 = try version(bytes, parts.version)
        let (method, methodRefusal) = self.method(bytes, parts.method, longest: longestMethod)
        let refusal = isTarget(bytes, parts.target) ? methodRefusal : .malformedTarget
        let target =
            refusal == nil
            ? try Target.parse(bytes, parts.target, method) : Target.any(bytes, parts.target)
        return RequestLine(
            method: method,
            refusal: refusal,
            path: target.path,
            query: target.query,
            authority: target.authority,
            isVersion11: isVersion11
        )
    }

    /// The path of a line that cannot be read as a whole, being too long, for one; nil if none shows.
    static func path(of bytes: ContiguousArray<UInt8>) -> ArraySlice<UInt8>? {
        let line = bytes.prefix { $0 != 10 && $0 != 13 }
        guard let blank = line.firstIndex(of: 32) else { return nil }
        return line[line.index(after: blank)...].prefix { $0 != 32 && $0 != UInt8(ascii: "?") }
    }

    /// RFC 9112 §3: `method SP request-target SP HTTP-version`, one blank each.
    private static func split(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>
    ) throws(Refusal) -> (method: Range<Int>, target: Range<Int>, version: Range<Int>) {
        var position = line.lowerBound
        while position < line.upperBound, Grammar.isTokenByte(bytes[position]) { position += 1 }
        let method = line.lowerBound..<position
        guard !method.isEmpty, position < line.upperBound, bytes[position] == 32 else {
            throw .malformedRequestLine
        }
        let start = position + 1
        position = start
        while position < line.upperBound, bytes[position] > 32, bytes[position] != 127 {
            position += 1
        }
        guard position < line.upperBound else { throw .malformedRequestLine }
        guard bytes[position] == 32 else { throw .malformedTarget }
        guard position > start else { throw .malformedRequestLine }
        return (method, start..<position, (position + 1)..<line.upperBound)
    }

    /// RFC 3986 §2; `%00` would end a path early for who reads it in C.
    private static func isTarget(_ bytes: Span<UInt8>, _ target: Range<Int>) -> Bool {
        for position in target {
            guard Grammar.isTargetByte(bytes[position]) else { return false }
            guard bytes[position] == UInt8(ascii: "%") else { continue }
            guard position + 2 < target.upperBound,
                let high = Grammar.hexadecimal(bytes[position + 1]),
                let low = Grammar.hexadecimal(bytes[position + 2]),
                high | low != 0
            else { return false }
        }
        return true
    }

    /// RFC 9112 §2.3: exactly `HTTP/d.d`; of the versions only 1.0 and 1.1 are spoken here.
    private static func version(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(Refusal) -> Bool {
        let start = range.lowerBound
        guard range.count == 8, bytes[start] == UInt8(ascii: "H"),
            bytes[start + 1] == UInt8(ascii: "T"), bytes[start + 2] == UInt8(ascii: "T"),
            bytes[start + 3] == UInt8(ascii: "P"), bytes[start + 4] == UInt8(ascii: "/"),
            Grammar.isDigit(bytes[start + 5]), bytes[start + 6] == UInt8(ascii: "."),
            Grammar.isDigit(bytes[start + 7])
        else { throw .malformedRequestLine }
        guard bytes[start + 5] == 49, bytes[start + 7] <= 49 else { throw .unknownVersion }
        return bytes[start + 7] == 49
    }

    /// RFC 9110 §9.1: methods are compared as they are, letter case too.
    private static func method(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        longest: Int
    ) -> (Method, Refusal?) {
        guard range.count <= min(8, longest) else { return (.get, .unknownMethod) }
        var packed: UInt64 = 0
        for position in range { packed = packed << 8 | UInt64(bytes[position]) }
        switch packed {
        case 0x47_4554: return (.get, nil)
        case 0x4845_4144: return (.head, nil)
        case 0x504F_5354: return (.post, nil)
        case 0x50_5554: return (.put, nil)
        case 0x50_4154_4348: return (.patch, nil)
        case 0x4445_4C45_5445: return (.delete, nil)
        case 0x4F_5054_494F_4E53: return (.options, nil)
        case 0x54_5241_4345: return (.get, .traceMethod)
        default: return (.get, .unknownMethod)
        }
    }
}

/// The forms of a request target (RFC 9112 §3.2).
private struct Target {
    let path: Range<Int>
    let query: Range<Int>?
    let authority: Range<Int>?

    static func parse(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ method: Method
    ) throws(Refusal) -> Target {
        if bytes[range.lowerBound] == UInt8(ascii: "/") {
            return cut(bytes, range, authority: nil)
        }
        // §3.2.4: the asterisk is for OPTIONS only.
        if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "*") {
            guard method == .options else { throw .malformedTarget }
            return Target(path: range, query: nil, authority: nil)
        }
        return try absolute(bytes, range, method)
    }

    /// Of a request that is refused: CONNECT's form is none that `parse` takes.
    static func any(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Target {
        guard bytes[range.lowerBound] == UInt8(ascii: "/") else {
            return Target(path: range, query: nil, authority: nil)
        }
        return cut(bytes, range, authority: nil)
    }

    /// §3.2.2: an absolute URL must be taken; all else would be CONNECT's form (§3.2.3).
    private static func absolute(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ method: Method
    ) throws(Refusal) -> Target {
        let start: Int
        if range.count > 7, bytes.matches(range.prefix(7), "http://") {
            start = range.lowerBound + 7
        } else if range.count > 8, bytes.matches(range.prefix(8), "https://") {
            start = range.lowerBound + 8
        } else {
            throw .malformedTarget
        }
        var end = start
        while end < range.upperBound, bytes[end] != UInt8(ascii: "/"),
            bytes[end] != UInt8(ascii: "?")
        {
            end += 1
        }
        let authority = start..<end
        if end < range.upperBound, bytes[end] == UInt8(ascii: "/") {
            return cut(bytes, end..<range.upperBound, authority: authority)
        }
        // No path means "/" (§3.2.1): the scheme's last slash stands for it.
        let path = (start - 1)..<start
        let query = end < range.upperBound ? (end + 1)..<range.upperBound : nil
        return Target(path: path, query: query, authority: authority)
    }

    private static func cut(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        authority: Range<Int>?
    ) -> Target {
        for position in range where bytes[position] == UInt8(ascii: "?") {
            return Target(
                path: range.lowerBound..<position,
                query: (position + 1)..<range.upperBound,
                authority: authority
            )
        }
        return Target(path: range, query: nil, authority: authority)
    }
}

extension Range<Int> {
    fileprivate func prefix(_ count: Int) -> Range<Int> { lowerBound..<(lowerBound + count) }
}
