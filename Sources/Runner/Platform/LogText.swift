internal import Functions

/// Turns an event into one line, so that no value can end it, forge another or steer a terminal.
enum LogText {
    /// The most scalars of one value that are written.
    static let valueLimit = 4_096

    /// `{"time":…,"level":…,"message":…,…}` and a line feed.
    static func json(
        _ time: Timestamp,
        _ level: LogLevel,
        _ message: String,
        _ values: [(name: String, value: String)]
    ) -> [UInt8] {
        var text = "{\"time\":\"\(time.text)\",\"level\":\"\(level.rawValue)\",\"message\":"
        quote(message, &text)
        for (name, value) in values {
            text += ","
            quote(reserved.contains(name) ? name + "_" : name, &text)
            text += ":"
            quote(value, &text)
        }
        return Array((text + "}\n").utf8)
    }

    /// `2026-11-22T10:00:00.000Z INFO    message name=value other="two words"` and a line feed.
    static func plain(
        _ time: Timestamp,
        _ level: LogLevel,
        _ message: String,
        _ values: [(name: String, value: String)]
    ) -> [UInt8] {
        var text = "\(time.text) \(Help.padded(level.rawValue.uppercased(), 7)) "
        escape(message, &text)
        for (name, value) in values {
            text += " "
            escape(name, &text)
            text += "="
            if isBare(value) {
                escape(value, &text)
            } else {
                text += "\""
                escape(value, quoted: true, &text)
                text += "\""
            }
        }
        return Array((text + "\n").utf8)
    }

    /// False for what ends a line, steers a terminal or turns the direction of what follows.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E,
            0x2066...0x2069, 0xFEFF:
            false
        default: true
        }
    }

    private static let reserved: Set<String> = ["time", "level", "message"]

    private static func isBare(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy {
                $0 > 32 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
                    && $0 != UInt8(ascii: "\\")
            }
    }

    private static func quote(_ value: String, _ text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars.prefix(valueLimit) {
            switch scalar {
            case "\"", "\\":
                text += "\\"
                text.unicodeScalars.append(scalar)
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case _ where isHarmless(scalar): text.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        if value.unicodeScalars.count > valueLimit { text += "…" }
        text += "\""
    }

    private static func escape(_ value: String, quoted: Bool = false, _ text: inout String) {
        for scalar in value.unicodeScalars.prefix(valueLimit) {
            if quoted, scalar == "\"" || scalar == "\\" { text += "\\" }
            if isHarmless(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                text += scalar.escaped(asASCII: true)
            }
        }
        if value.unicodeScalars.count > valueLimit { text += "…" }
    }
}
