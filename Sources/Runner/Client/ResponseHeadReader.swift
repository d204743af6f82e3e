/// Reads an answer's head from the lines that libcurl hands over, and refuses what libcurl lets
/// through.
///
/// libcurl calls with every line: of interim answers, of the head, then of trailers. Lines without
/// CR, folded ones, two lengths, a length beside a transfer coding are all fine with it; whoever
/// passes such an answer on may be understood otherwise than he meant.
struct ResponseHeadReader {
    enum State {
        case status
        case fields
        /// The head is whole; what lines follow are trailers, which are dropped.
        case done
    }

    struct Flaw: Error, Equatable {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    private let limits: ClientLimits
    private(set) var state = State.status
    private(set) var lines = 0
    private var received = 0
    private var status = 0
    private var length: Int?
    private var lengths = 0
    private var codings = 0
    private var bytes = ContiguousArray<UInt8>()
    private var fields = ContiguousArray<RequestHead.Field>()

    init(limits: ClientLimits) { self.limits = limits }

    var isDone: Bool { state == .done }

    /// Takes a line with its end; returns the head once it is whole.
    mutating func take(_ line: Span<UInt8>) throws(Flaw) -> ClientHead? {
        lines += 1
        received += line.count
        guard received <= limits.headBytes, lines <= limits.headFields + 2 else {
            throw Flaw("head too large")
        }
        let start = bytes.count
        let end = try append(line)
        switch state {
        case .status: try takeStatus(start..<end)
        case .fields where start == end: return try finish()
        case .fields: try takeField(start..<end)
        case .done: bytes.removeLast(end - start)
        }
        return nil
    }

    /// Keeps the line without its CR LF.
    private mutating func append(_ line: Span<UInt8>) throws(Flaw) -> Int {
        let count = line.count - 2
        guard count >= 0, line[count] == 13, line[count + 1] == 10 else {
            throw Flaw("a line that does not end in CR LF")
        }
        for index in 0..<count {
            let byte = line[index]
            guard byte == 9 || (byte >= 32 && byte != 127) else {
                throw Flaw("a control character")
            }
            bytes.append(byte)
        }
        return bytes.count
    }

    private mutating func takeStatus(_ line: Range<Int>) throws(Flaw) {
        let text = bytes[line]
        let version = Array("HTTP/1.".utf8)
        let digits = text.dropFirst(9).prefix(3)
        guard text.starts(with: version), text.count >= 12,
            text[text.startIndex + 7] == UInt8(ascii: "0")
                || text[text.startIndex + 7] == UInt8(ascii: "1"),
            text[text.startIndex + 8] == 32, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }),
            text.count == 12 || text[text.startIndex + 12] == 32
        else { throw Flaw("a status line that is none") }
        status = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        guard (100...599).contains(status), status != 101 else { throw Flaw("status \(status)") }
        state = .fields
    }

    private mutating func takeField(_ line: Range<Int>) throws(Flaw) {
        guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound,
            bytes[line.lowerBound..<colon].allSatisfy(Grammar.isTokenByte)
        else { throw Flaw("a field without a name") }
        var value = colon + 1..<line.upperBound
        while let first = value.first, isBlank(first) { value = first + 1..<value.upperBound }
        while let last = value.last, isBlank(last) { value = value.lowerBound..<last }
        let field = RequestHead.Field(name: line.lowerBound..<colon, value: value)
        try noteFraming(field)
        fields.append(field)
    }

    private func isBlank(_ index: Int) -> Bool { bytes[index] == 32 || bytes[index] == 9 }

    private mutating func noteFraming(_ field: RequestHead.Field) throws(Flaw) {
        let name = bytes[field.name]
        let value = bytes[field.value]
        if ("content-length" as StaticString).isName(name) {
            lengths += 1
            guard !value.isEmpty, value.count <= 18, value.allSatisfy({ $0 >= 48 && $0 <= 57 })
            else {
                throw Flaw("a Content-Length that is no number")
            }
            length = value.reduce(0) { $0 * 10 + Int($1 - 48) }
        } else if ("transfer-encoding" as StaticString).isName(name) {
            codings += 1
            guard ("chunked" as StaticString).isName(value) else {
                throw Flaw("a Transfer-Encoding other than chunked")
            }
        }
        guard lengths + codings <= 1 else { throw Flaw("more than one field about its length") }
    }

    private mutating func finish() throws(Flaw) -> ClientHead? {
        guard status >= 200 else {
            forgetInterim()
            return nil
        }
        state = .done
        return ClientHead(
            status: status,
            bytes: bytes,
            fields: fields,
            length: length,
            isChunked: codings > 0
        )
    }

    /// An interim answer (100, 103) is over: the next one begins.
    private mutating func forgetInterim() {
        state = .status
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        length = nil
        lengths = 0
        codings = 0
    }
}
