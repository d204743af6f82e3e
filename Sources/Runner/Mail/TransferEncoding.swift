/// How a body goes through mail servers that know lines of ASCII only (RFC 2045 §6).
enum TransferEncoding: String {
    case quotedPrintable = "quoted-printable"
    case base64

    /// The shorter one: text that is mostly ASCII stays readable.
    static func encode(
        _ body: ContiguousArray<UInt8>
    ) -> (encoding: TransferEncoding, bytes: ContiguousArray<UInt8>) {
        let quoted = quotedPrintable(body)
        let base64 = base64(body)
        return quoted.count <= base64.count ? (.quotedPrintable, quoted) : (.base64, base64)
    }

    /// The text's UTF-8 with each line's end, whichever it was, as CRLF.
    static func canonical(_ text: String) -> ContiguousArray<UInt8> {
        var bytes = ContiguousArray<UInt8>()
        var previous: UInt8 = 0
        for byte in text.utf8 {
            defer { previous = byte }
            switch byte {
            case 13: bytes.append(contentsOf: [13, 10])
            case 10 where previous == 13: continue
            case 10: bytes.append(contentsOf: [13, 10])
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static func base64(_ body: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
        var lines = ContiguousArray<UInt8>()
        let digits = ContiguousArray(Base64.encode(body).utf8)
        for start in stride(from: 0, to: digits.count, by: 76) {
            lines.append(contentsOf: digits[start..<min(start + 76, digits.count)])
            lines.append(contentsOf: [13, 10])
        }
        return lines
    }

    private static func quotedPrintable(_ body: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
        var encoded = ContiguousArray<UInt8>()
        var column = 0
        for (index, byte) in body.enumerated() {
            if byte == 13 || byte == 10 {
                encoded.append(byte)
                column = 0
                continue
            }
            let endsLine = index + 1 == body.count || body[index + 1] == 13
            let unit = unit(byte, startsLine: column == 0, endsLine: endsLine)
            if column + unit.count > 75 {
                encoded.append(contentsOf: [UInt8(ascii: "="), 13, 10])
                column = 0
            }
            encoded.append(contentsOf: unit)
            column += unit.count
        }
        return encoded
    }

    /// A byte as itself or as `=XX`.
    ///
    /// A dot or an `F` that starts a line is written out too: neither a server that forgets to undo
    /// the doubled dot nor a mailbox file that puts `>` before `From ` can change the letter.
    private static func unit(
        _ byte: UInt8,
        startsLine: Bool,
        endsLine: Bool
    ) -> ContiguousArray<UInt8> {
        switch byte {
        case UInt8(ascii: "="): return hexadecimal(byte)
        case UInt8(ascii: "."), UInt8(ascii: "F"): return startsLine ? hexadecimal(byte) : [byte]
        case 32, 9: return endsLine ? hexadecimal(byte) : [byte]
        case 33...126: return [byte]
        default: return hexadecimal(byte)
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> ContiguousArray<UInt8> {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
        return [UInt8(ascii: "="), digit(byte >> 4), digit(byte & 15)]
    }
}
