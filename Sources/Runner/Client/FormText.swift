/// `application/x-www-form-urlencoded`, as HTML forms and OAuth have it.
package enum FormText {
    package static func encode(_ members: [(name: String, value: String)]) -> String {
        members.map { "\(escape($0.name))=\(escape($0.value))" }.joined(separator: "&")
    }

    /// Every byte but letters, digits and `-._~` as `%XX`: good for a form, a query and a path.
    package static func escape(_ text: String) -> String {
        var escaped = ContiguousArray<UInt8>()
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                escaped.append(byte)
            default:
                escaped.append(UInt8(ascii: "%"))
                escaped.append(digit(byte >> 4))
                escaped.append(digit(byte & 15))
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    /// Every value that bears this name, decoded; a value that cannot be decoded is left out.
    package static func values(
        of name: String,
        in text: some Collection<UInt8>
    ) -> [ContiguousArray<UInt8>] {
        text.split(separator: UInt8(ascii: "&")).compactMap { member in
            let halves = member.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard halves.count == 2, unescape(halves[0])?.elementsEqual(name.utf8) == true else {
                return nil
            }
            return unescape(halves[1])
        }
    }

    private static func unescape(_ text: some Collection<UInt8>) -> ContiguousArray<UInt8>? {
        var bytes = ContiguousArray<UInt8>()
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(32)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(value), let low = rest.next().flatMap(value)
                else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    /// A byte as `%XX`.
    static func escape(_ byte: UInt8) -> String {
        String(decoding: [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)], as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
