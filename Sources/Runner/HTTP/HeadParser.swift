internal import CLinux
internal import Glibc

/// Reads a request's head as its bytes arrive (RFC 9112 §§2–6), a line at a time.
///
/// Knows no socket: it is given what has arrived of this head so far, always from its first byte,
/// and goes on where it stopped. Everything it keeps are ranges into those bytes.
struct HeadParser: Sendable {
    enum Progress: Sendable, Equatable {
        case incomplete
        /// The head is whole and has this many bytes.
        case whole(Int)
    }

    private(set) var request: RequestLine?
    private(set) var fields = ContiguousArray<RequestHead.Field>()
    private(set) var framing = Framing()
    private(set) var body = BodyFraming.none
    /// Where the line begins that is not whole yet, and up to where no line feed was found.
    private var line = 0
    private var scanned = 0
    private var fieldCount = 0
    private var hasSkippedBlankLine = false

    /// True while nothing but the blank line that may precede a request has arrived.
    func isUntouched(by count: Int) -> Bool {
        request == nil && count <= (hasSkippedBlankLine ? 2 : 0)
    }

    mutating func advance(
        _ bytes: Span<UInt8>,
        _ limits: HTTPLimits
    ) throws(Refusal) -> Progress {
        while let end = HeadParser.lineFeed(bytes, from: scanned) {
            scanned = end + 1
            guard scanned <= limits.head else { throw tooLong }
            // §2.2: a lone LF is no end of line here, though a recipient may take it for one.
            guard end > line, bytes[end - 1] == 13 else { throw .bareLineFeed }
            let whole = try take(bytes, line..<(end - 1), limits)
            line = scanned
            if whole { return .whole(scanned) }
        }
        scanned = bytes.count
        try checkPart(bytes, limits)
        return .incomplete
    }

    /// What is wrong already with a line that has not ended.
    private func checkPart(_ bytes: Span<UInt8>, _ limits: HTTPLimits) throws(Refusal) {
        guard request == nil else {
            guard bytes.count <= limits.head else { throw .headTooLarge }
            return
        }
        guard bytes.count > line else { return }
        // What begins like this is no HTTP (TLS, for one), and would never send a line feed.
        guard Grammar.isTokenByte(bytes[line]) || bytes[line] == 13 else {
            throw .malformedRequestLine
        }
        guard bytes.count - line <= limits.requestLine + 2 else { throw .requestLineTooLong }
    }

    private var tooLong: Refusal { request == nil ? .requestLineTooLong : .headTooLarge }

    /// Takes a line; true where it is the empty one that ends the head.
    private mutating func take(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>,
        _ limits: HTTPLimits
    ) throws(Refusal) -> Bool {
        guard let request else {
            try takeRequestLine(bytes, line, limits)
            return false
        }
        guard !line.isEmpty else {
            body = try framing.check(bytes, request)
            if let refusal = request.refusal { throw refusal }
            return true
        }
        fieldCount += 1
        guard fieldCount <= limits.fields else { throw .tooManyFields }
        let field = try FieldLine.parse(bytes, line)
        try framing.note(bytes, field)
        // A name with an underscore is another one's double where "-" becomes "_": dropped.
        if !HeadParser.holdsUnderscore(bytes, field.name) {
            if fields.isEmpty { fields.reserveCapacity(16) }
            fields.append(field)
        }
        return false
    }

    private mutating func takeRequestLine(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>,
        _ limits: HTTPLimits
    ) throws(Refusal) {
        // §2.2: one empty line before a request is passed over, for old clients' sake; no more.
        if line.isEmpty, !hasSkippedBlankLine {
            hasSkippedBlankLine = true
            return
        }
        guard line.count <= limits.requestLine else { throw .requestLineTooLong }
        request = try RequestLine.parse(bytes, line, longestMethod: limits.method)
    }

    private static func holdsUnderscore(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for position in range where bytes[position] == UInt8(ascii: "_") { return true }
        return false
    }

    private static func lineFeed(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        return unsafe bytes.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress,
                let found = unsafe memchr(base + start, 10, all.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }
}
