/// How a request's body is delimited (RFC 9112 §6).
enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
}

/// What the fields of a head say about the message itself: host, length, coding, connection.
struct Framing: Sendable {
    private(set) var host: Range<Int>?
    private(set) var length: Int?
    private(set) var hasCoding = false
    private var coding: Refusal?
    private(set) var wantsClose = false
    private(set) var wantsKeepAlive = false
    private(set) var expectsContinue = false
    private var expectsOther = false

    /// Takes notice of a field that has passed the grammar.
    mutating func note(_ bytes: Span<UInt8>, _ field: RequestHead.Field) throws(Refusal) {
        switch field.name.count {
        case 4 where bytes.matches(field.name, "host"):
            // RFC 9112 §3.2: more than one Host line must be refused, equal ones too.
            guard host == nil else { throw .hostRepeated }
            guard Host.isValid(bytes, field.value) else { throw .hostMalformed }
            host = field.value
        case 6 where bytes.matches(field.name, "expect"):
            // RFC 9110 §10.1.1.
            if bytes.matches(field.value, "100-continue") {
                expectsContinue = true
            } else {
                expectsOther = true
            }
        case 10 where bytes.matches(field.name, "connection"):
            try noteConnection(bytes, field.value)
        case 14 where bytes.matches(field.name, "content-length"):
            // RFC 9112 §6.3: two lengths, though equal, are somebody's mistake or trick.
            guard length == nil else { throw .lengthRepeated }
            length = try Framing.number(bytes, field.value)
        case 17 where bytes.matches(field.name, "transfer-encoding"):
            coding = hasCoding ? .codingMalformed : Framing.coding(bytes, field.value)
            hasCoding = true
        default: break
        }
    }

    /// The body's framing, once the head is whole.
    func check(_ bytes: Span<UInt8>, _ line: RequestLine) throws(Refusal) -> BodyFraming {
        try checkHost(bytes, line)
        if expectsOther, line.isVersion11 { throw .expectationUnknown }
        guard hasCoding else { return length.map { $0 > 0 ? .length($0) : .none } ?? .none }
        // RFC 9112 §6.1: who sends a coding in 1.0, or with a length, may be smuggling.
        guard line.isVersion11 else { throw .codingInOldVersion }
        guard length == nil else { throw .lengthAndCoding }
        if let coding { throw coding }
        return .chunked
    }

    /// RFC 9112 §3.2 and §3.2.2.
    private func checkHost(_ bytes: Span<UInt8>, _ line: RequestLine) throws(Refusal) {
        guard host != nil || !line.isVersion11 else { throw .hostMissing }
        guard let authority = line.authority else { return }
        guard Host.isValid(bytes, authority) else { throw .hostMalformed }
        guard let host else { return }
        guard host.count == authority.count else { throw .hostsDiffer }
        for offset in 0..<host.count
        where Grammar.lowercase(bytes[host.lowerBound + offset])
            != Grammar.lowercase(bytes[authority.lowerBound + offset])
        {
            throw .hostsDiffer
        }
    }

    /// RFC 9110 §8.6: digits, nothing else; no leading zero either, which somebody might take for
    /// an octal number.
    static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(Refusal) -> Int {
        guard !range.isEmpty, range.count == 1 || bytes[range.lowerBound] != 48 else {
            throw .lengthMalformed
        }
        var value = 0
        for position in range {
            guard Grammar.isDigit(bytes[position]) else { throw .lengthMalformed }
            let (tens, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = tens.addingReportingOverflow(Int(bytes[position] - 48))
            guard !isOver, !isOverToo else { throw .lengthMalformed }
            value = sum
        }
        return value
    }

    /// RFC 9112 §6.1: nil for exactly `chunked`; 501 for a list of codings of which one is not
    /// known, 400 for all else.
    private static func coding(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Refusal? {
        if bytes.matches(value, "chunked") { return nil }
        var isKnown = true
        var start = value.lowerBound
        while start <= value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let token = bytes.trimmed(start..<end)
            guard !token.isEmpty else { return .codingMalformed }
            for position in token where !Grammar.isTokenByte(bytes[position]) {
                return .codingMalformed
            }
            if !bytes.matches(token, "chunked") { isKnown = false }
            start = end + 1
        }
        return isKnown ? .codingMalformed : .codingUnknown
    }

    /// RFC 9110 §7.6.1: a list of tokens; what must reach us may not be named to be dropped.
    private mutating func noteConnection(
        _ bytes: Span<UInt8>,
        _ value: Range<Int>
    ) throws(Refusal) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let token = bytes.trimmed(start..<end)
            if bytes.matches(token, "close") { wantsClose = true }
            if bytes.matches(token, "keep-alive") { wantsKeepAlive = true }
            if bytes.matches(token, "host") || bytes.matches(token, "content-length")
                || bytes.matches(token, "transfer-encoding")
                || bytes.matches(token, "authorization")
            {
                throw .connectionNamesProtected
            }
            start = end + 1
        }
    }
}

/// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2), not empty.
enum Host {
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 255 + 6 else { return false }
        var position = range.lowerBound
        if bytes[position] == UInt8(ascii: "[") {
            position += 1
            let start = position
            while position < range.upperBound, bytes[position] != UInt8(ascii: "]") {
                guard isAddressByte(bytes[position]) else { return false }
                position += 1
            }
            guard position < range.upperBound, position - start >= 2 else { return false }
            position += 1
        } else {
            let start = position
            while position < range.upperBound, bytes[position] != UInt8(ascii: ":") {
                guard isNameByte(bytes, position, range.upperBound) else { return false }
                position += 1
            }
            guard position > start else { return false }
        }
        return isPort(bytes, position..<range.upperBound)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        Grammar.hexadecimal(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func isNameByte(_ bytes: Span<UInt8>, _ position: Int, _ end: Int) -> Bool {
        guard bytes[position] == UInt8(ascii: "%") else {
            return Grammar.isHostByte(bytes[position])
        }
        return position + 2 < end && Grammar.hexadecimal(bytes[position + 1]) != nil
            && Grammar.hexadecimal(bytes[position + 2]) != nil
    }

    private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        if range.isEmpty { return true }
        guard bytes[range.lowerBound] == UInt8(ascii: ":"), range.count <= 6 else { return false }
        var port = 0
        for position in range.dropFirst() {
            guard Grammar.isDigit(bytes[position]) else { return false }
            port = port * 10 + Int(bytes[position] - 48)
        }
        return port <= 65_535
    }
}
