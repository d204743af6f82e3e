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
    /// Looks at every byte without leaving early, which the compiler turns into vector code.
    static func isValue(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { all in
            let value = unsafe UnsafeBufferPointer(rebasing: all[range])
            var isBad = false
            for index in 0..<value.count {
                let byte = unsafe value[index]
                isBad = isBad || (byte < 32 && byte != 9) || byte == 127
            }
            return !isBad
        }
    }
}
