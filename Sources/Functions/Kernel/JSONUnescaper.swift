/// Turns the inside of a JSON string that has escapes into its text.
struct JSONUnescaper {
    let raw: ArraySlice<UInt8>
    /// Where the whole text begins, for offsets in errors.
    let base: Int
    private var position: Int
    private var output: ContiguousArray<UInt8> = []

    init(raw: ArraySlice<UInt8>, base: Int) {
        self.raw = raw
        self.base = base
        position = raw.startIndex
        output.reserveCapacity(raw.count)
    }

    mutating func unescape() throws(JSONError) -> String {
        while position < raw.endIndex {
            let byte = raw[position]
            position += 1
            if byte == UInt8(ascii: "\\") { try appendEscape() } else { output.append(byte) }
        }
        guard let text = String(validating: output, as: UTF8.self) else {
            throw failure("is not valid UTF-8")
        }
        return text
    }

    private mutating func appendEscape() throws(JSONError) {
        guard position < raw.endIndex else { throw failure("ends within an escape") }
        let byte = raw[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(8)
        case UInt8(ascii: "f"): output.append(12)
        case UInt8(ascii: "n"): output.append(10)
        case UInt8(ascii: "r"): output.append(13)
        case UInt8(ascii: "t"): output.append(9)
        case UInt8(ascii: "u"): try appendScalar()
        default: throw failure("has an unknown escape")
        }
    }

    private mutating func appendScalar() throws(JSONError) {
        var value = try fourDigits()
        if value >= 0xD800, value <= 0xDBFF {
            guard raw.endIndex - position >= 6, raw[position] == UInt8(ascii: "\\"),
                raw[position + 1] == UInt8(ascii: "u")
            else { throw failure("has half of a surrogate pair") }
            position += 2
            let low = try fourDigits()
            guard low >= 0xDC00, low <= 0xDFFF else {
                throw failure("has half of a surrogate pair")
            }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw failure("has half of a surrogate pair")
        }
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        guard raw.endIndex - position >= 4 else { throw failure("ends within an escape") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = raw[position]
            position += 1
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 65...70: value = value << 4 | UInt32(byte - 55)
            case 97...102: value = value << 4 | UInt32(byte - 87)
            default: throw failure("has an escape that is not four hexadecimal digits")
            }
        }
        return value
    }

    private func failure(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position - base)
    }
}
