/// One field line of a head (RFC 9112 §5).
enum FieldLine {
    /// Reads a line without its CR LF.
    static func parse(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>
    ) throws(Refusal) -> RequestHead.Field {
        var position = line.lowerBound
        // §5.2 and §2.2: neither a folded line nor a blank before the first field.
        if Grammar.isBlank(bytes[position]) { throw .foldedField }
        while position < line.upperBound, Grammar.isTokenByte(bytes[position]) { position += 1 }
        // §5.1: no blank between name and colon; no empty name; no line without a colon.
        guard position > line.lowerBound, position < line.upperBound,
            bytes[position] == UInt8(ascii: ":")
        else { throw .malformedField }
        let value = bytes.trimmed((position + 1)..<line.upperBound)
        guard isValue(bytes, value) else { throw .malformedField }
        return RequestHead.Field(name: line.lowerBound..<position, value: value)
    }

    /// RFC 9110 §5.5: no control character but the tab; a bare CR (RFC 9112 §2.2) is one.
    ///
    /// Looks at every byte without leaving early and adds up bits, not truths: of this form the
    /// compiler makes vector code, of a `for` loop over truths it does not (a thirtieth of the time).
    static func isValue(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var bad: UInt8 = 0
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            bad |= (byte < 32 && byte != 9) || byte == 127 ? 1 : 0
            position &+= 1
        }
        return bad == 0
    }
}
