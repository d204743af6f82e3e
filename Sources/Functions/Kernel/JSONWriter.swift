/// Writes JSON in the order in which it is told: the same calls give the same bytes.
package struct JSONWriter: Sendable {
    package private(set) var bytes: ContiguousArray<UInt8>
    private var wantsComma = false

    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    package mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        wantsComma = false
    }

    /// A member's name that was made ready before.
    mutating func name(_ name: JSONName) {
        separate()
        bytes.append(contentsOf: name.bytes)
        wantsComma = false
    }

    package mutating func string(_ text: String) {
        separate()
        quote(text)
        wantsComma = true
    }

    package mutating func integer(_ value: Int64) {
        separate()
        bytes.append(decimal: value)
        wantsComma = true
    }

    package mutating func boolean(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        wantsComma = true
    }

    package mutating func uuid(_ value: UUID) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        value.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        wantsComma = true
    }

    package mutating func timestamp(_ value: Timestamp) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        value.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        wantsComma = true
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        wantsComma = true
    }

    package mutating func value(_ json: JSON) {
        switch json {
        case .null: raw("null".utf8)
        case .boolean(let value): boolean(value)
        case .integer(let value): integer(value)
        case .number(let text): raw(text.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                name(member.name)
                value(member.value)
            }
            endObject()
        }
    }

    private mutating func separate() {
        if wantsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        wantsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        wantsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(JSONWriter.isPlain) {
            bytes.append(contentsOf: text.utf8)
        } else {
            escape(text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a byte stands for itself in a string.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 10: bytes.append(contentsOf: "\\n".utf8)
            case 13: bytes.append(contentsOf: "\\r".utf8)
            case 9: bytes.append(contentsOf: "\\t".utf8)
            case 0..<32, 127: appendEscaped(byte)
            default: bytes.append(byte)
            }
        }
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        let digits: StaticString = "0123456789abcdef"
        bytes.append(contentsOf: "\\u00".utf8)
        digits.withUTF8Buffer {
            bytes.append($0[Int(byte >> 4)])
            bytes.append($0[Int(byte & 15)])
        }
    }
}

/// A member's name in the form in which it is written.
struct JSONName: Sendable {
    fileprivate let bytes: ContiguousArray<UInt8>

    init(_ name: String) {
        var writer = JSONWriter()
        writer.name(name)
        bytes = writer.bytes
    }
}

extension JSON {
    /// The value as compact JSON.
    package var text: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension ContiguousArray<UInt8> {
    /// Adds a number in decimal digits.
    package mutating func append(decimal value: Int64) {
        var magnitude = value.magnitude
        if value < 0 { append(UInt8(ascii: "-")) }
        let start = endIndex
        repeat {
            append(UInt8(truncatingIfNeeded: 48 + magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        self[start...].reverse()
    }
}
