/// Why a text is not one JSON value, and where.
package struct JSONError: Error, Equatable {
    package let reason: String
    /// The offset in bytes from the text's start.
    package let offset: Int
}

extension JSON {
    /// The deepest nesting that is taken.
    package static let maximumDepth = 16

    /// Reads one JSON text, all of it and strictly: RFC 8259's grammar, valid UTF-8 without a byte
    /// order mark, no member twice, no lone surrogate, not nested deeper than `maximumDepth`.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        return try parser.parseText()
    }

    package static func parse(_ bytes: ContiguousArray<UInt8>) throws(JSONError) -> JSON {
        try parse(ArraySlice(bytes))
    }

    package static func parse(_ text: String) throws(JSONError) -> JSON {
        try parse(ArraySlice(Array(text.utf8)))
    }
}

/// A recursive descent over the bytes; its depth is bounded, so its stack is.
private struct JSONParser {
    let bytes: ArraySlice<UInt8>
    var position: Int
    var depthLeft: Int

    init(bytes: ArraySlice<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        position = bytes.startIndex
        depthLeft = maximumDepth
    }

    mutating func parseText() throws(JSONError) -> JSON {
        skipBlanks()
        guard position < bytes.endIndex else { throw failure("is empty") }
        let value = try parseValue()
        skipBlanks()
        guard position == bytes.endIndex else { throw failure("goes on after its value") }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> JSON {
        switch try peek() {
        case UInt8(ascii: "{"):
            return try nested { parser throws(JSONError) in try parser.parseObject() }
        case UInt8(ascii: "["):
            return try nested { parser throws(JSONError) in try parser.parseArray() }
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .boolean(true))
        case UInt8(ascii: "f"): return try parseWord("false", .boolean(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), 48...57: return try parseNumber()
        default: throw failure("has a character that starts no value")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depthLeft > 0 else { throw failure("is nested too deeply") }
        depthLeft -= 1
        position += 1
        let value = try body(&self)
        depthLeft += 1
        return value
    }

    private mutating func parseObject() throws(JSONError) -> JSON {
        var members: [JSON.Member] = []
        members.reserveCapacity(4)
        var names = JSONNameSet()
        skipBlanks()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipBlanks()
            guard try peek() == UInt8(ascii: "\"") else { throw failure("wants a member's name") }
            let start = position
            let name = try parseString()
            guard names.insert(name, into: members) else {
                throw JSONError(reason: "has a member twice", offset: start - bytes.startIndex)
            }
            skipBlanks()
            try expect(UInt8(ascii: ":"), "wants a colon")
            skipBlanks()
            members.append(JSON.Member(name, try parseValue()))
            skipBlanks()
            if try peek() == UInt8(ascii: "}") {
                position += 1
                return .object(members)
            }
            try expect(UInt8(ascii: ","), "wants a comma or a closing brace")
        }
    }

    private mutating func parseArray() throws(JSONError) -> JSON {
        var elements: [JSON] = []
        skipBlanks()
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            skipBlanks()
            elements.append(try parseValue())
            skipBlanks()
            if try peek() == UInt8(ascii: "]") {
                position += 1
                return .array(elements)
            }
            try expect(UInt8(ascii: ","), "wants a comma or a closing bracket")
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let count = word.utf8CodeUnitCount
        guard bytes.endIndex - position >= count,
            word.withUTF8Buffer({ bytes[position..<position + count].elementsEqual($0) })
        else { throw failure("has a character that starts no value") }
        position += count
        return value
    }

    private mutating func parseNumber() throws(JSONError) -> JSON {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let digits = try parseDigits()
        if digits > 1, bytes[position - digits] == UInt8(ascii: "0") {
            throw JSONError(
                reason: "has a number with a leading zero",
                offset: start - bytes.startIndex
            )
        }
        if let value = integer(start, digits) { return .integer(value) }
        var isInteger = true
        if position < bytes.endIndex, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            _ = try parseDigits()
        }
        if position < bytes.endIndex, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.endIndex,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            _ = try parseDigits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isInteger, text.utf8.count <= 20, text != "-0", let value = Int64(text) else {
            return .number(text)
        }
        return .integer(value)
    }

    /// The integer that ends here, where it certainly fits: most do, and need no text of their own.
    private func integer(_ start: Int, _ digits: Int) -> Int64? {
        guard digits <= 18, bytes[start] != UInt8(ascii: "-") else { return nil }
        if position < bytes.endIndex {
            let next = bytes[position]
            guard next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e") else { return nil }
        }
        return bytes[start..<position].reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    private mutating func parseDigits() throws(JSONError) -> Int {
        let start = position
        while position < bytes.endIndex, bytes[position] >= 48, bytes[position] <= 57 {
            position += 1
        }
        guard position > start else { throw failure("has a number without a digit") }
        return position - start
    }

    private mutating func parseString() throws(JSONError) -> String {
        position += 1
        let start = position
        var isPlain = true
        var all: UInt8 = 0
        while position < bytes.endIndex {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { break }
            all |= byte
            guard byte >= 0x20 else { throw failure("has a control character in a string") }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                position += 1
            }
            position += 1
        }
        guard position < bytes.endIndex else { throw failure("ends within a string") }
        let raw = bytes[start..<position]
        position += 1
        guard isPlain else { return try unescape(raw) }
        // Nothing but ASCII cannot be wrong UTF-8.
        if all < 0x80 { return String(decoding: raw, as: UTF8.self) }
        guard let text = String(validating: raw, as: UTF8.self) else {
            throw JSONError(reason: "is not valid UTF-8", offset: start - bytes.startIndex)
        }
        return text
    }

    private func unescape(_ raw: ArraySlice<UInt8>) throws(JSONError) -> String {
        var unescaper = JSONUnescaper(raw: raw, base: bytes.startIndex)
        return try unescaper.unescape()
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.endIndex else { throw failure("ends too early") }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8, _ reason: String) throws(JSONError) {
        guard try peek() == byte else { throw failure(reason) }
        position += 1
    }

    private mutating func skipBlanks() {
        while position < bytes.endIndex {
            switch bytes[position] {
            case 9, 10, 13, 32: position += 1
            default: return
            }
        }
    }

    private func failure(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position - bytes.startIndex)
    }
}
