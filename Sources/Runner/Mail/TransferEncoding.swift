/// How a body goes through mail servers that know lines of ASCII only (RFC 2045 §6).
enum TransferEncoding: String {
    case quotedPrintable = "quoted-printable"
    case base64

    /// The shorter one: text that is mostly ASCII stays readable.
    static func encode(
        _ body: ContiguousArray<UInt8>
    ) -> (encoding: TransferEncoding, bytes: ContiguousArray<UInt8>) {
        guard let quoted = quotedPrintable(body, atMost: base64Count(body.count)) else {
            return (.base64, base64(body))
        }
        return (.quotedPrintable, quoted)
    }

    /// The text's UTF-8 with each line's end, whichever it was, as CRLF.
    static func canonical(_ text: String) -> ContiguousArray<UInt8> {
        var bytes = ContiguousArray<UInt8>()
        bytes.reserveCapacity(text.utf8.count + text.utf8.count / 16)
        var previous: UInt8 = 0
        for byte in text.utf8 {
            defer { previous = byte }
            switch byte {
            case 10 where previous == 13: continue
            case 10, 13:
                bytes.append(13)
                bytes.append(10)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    /// How long a body of so many bytes is in base64, in lines of 76.
    private static func base64Count(_ count: Int) -> Int {
        let digits = (count + 2) / 3 * 4
        return digits + (digits + 75) / 76 * 2
    }

    private static func base64(_ body: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
        var lines = ContiguousArray<UInt8>()
        lines.reserveCapacity(base64Count(body.count))
        let digits = ContiguousArray(Base64.encode(body).utf8)
        for start in stride(from: 0, to: digits.count, by: 76) {
            lines.append(contentsOf: digits[start..<min(start + 76, digits.count)])
            lines.append(contentsOf: [13, 10])
        }
        return lines
    }

    /// Nil where that would be longer than the limit.
    private static func quotedPrintable(
        _ body: ContiguousArray<UInt8>,
        atMost limit: Int
    ) -> ContiguousArray<UInt8>? {
        var encoded = ContiguousArray<UInt8>()
        encoded.reserveCapacity(limit)
        var column = 0
        for (index, byte) in body.enumerated() {
            guard encoded.count < limit else { return nil }
            if byte == 13 || byte == 10 {
                encoded.append(byte)
                column = 0
                continue
            }
            let endsLine = index + 1 == body.count || body[index + 1] == 13
            let stands = standsForItself(byte, startsLine: column == 0, endsLine: endsLine)
            let width = stands ? 1 : 3
            if column + width > 75 {
                encoded.append(UInt8(ascii: "="))
                encoded.append(13)
                encoded.append(10)
                column = 0
            }
            append(byte, asItself: stands, to: &encoded)
            column += width
        }
        return encoded.count <= limit ? encoded : nil
    }

    /// Whether a byte needs no `=XX`.
    ///
    /// A dot or an `F` that starts a line is written out too: neither a server that forgets to undo
    /// the doubled dot nor a mailbox file that puts `>` before `From ` can change the letter.
    private static func standsForItself(_ byte: UInt8, startsLine: Bool, endsLine: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        case UInt8(ascii: "."), UInt8(ascii: "F"): !startsLine
        case 32, 9: !endsLine
        default: 33...126 ~= byte
        }
    }

    private static func append(
        _ byte: UInt8,
        asItself: Bool,
        to encoded: inout ContiguousArray<UInt8>
    ) {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
        guard !asItself else { return encoded.append(byte) }
        encoded.append(UInt8(ascii: "="))
        encoded.append(digit(byte >> 4))
        encoded.append(digit(byte & 15))
    }
}
