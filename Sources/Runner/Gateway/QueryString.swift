internal import Functions

/// The parameters of a query, percent-decoded, in their order.
enum QueryString {
    /// More than these are not looked at: the HTTP core bounds the length, this the work.
    static let parameterLimit = 32

    /// Fills `query`, and reports what is unknown, repeated or not decodable.
    static func parse(
        _ text: ArraySlice<UInt8>?,
        known: [String],
        into decoding: inout Decoding
    ) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        guard let text, !text.isEmpty else { return query }
        let pairs = text.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        guard pairs.count <= parameterLimit else {
            decoding.report(.parameter(""), "too many parameters: at most \(parameterLimit)")
            return query
        }
        for pair in pairs {
            let parts = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = parts.first.flatMap(decode), !name.isEmpty,
                let value = parts.count == 2 ? decode(parts[1]) : ""
            else {
                decoding.report(.parameter(""), "must be name=value, percent-encoded UTF-8")
                continue
            }
            guard known.contains(where: { $0.hasSameScalars(as: name) }) else {
                let names =
                    known.isEmpty ? "none is taken here" : "known: " + known.joined(separator: ", ")
                decoding.report(.parameter(name), "is not known; " + names)
                continue
            }
            guard !query.contains(where: { $0.name.hasSameScalars(as: name) }) else {
                decoding.report(.parameter(name), "is given twice; send it once")
                continue
            }
            query.append((name, value))
        }
        return query
    }

    /// Percent-decoding (RFC 3986 §2.1); a plus sign stays one.
    private static func decode(_ text: ArraySlice<UInt8>) -> String? {
        guard text.contains(UInt8(ascii: "%")) else {
            return String(validating: text, as: UTF8.self)
        }
        var bytes = ContiguousArray<UInt8>()
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "%") {
                guard text.endIndex - index >= 3, let high = text[index + 1].hexadecimalValue,
                    let low = text[index + 2].hexadecimalValue
                else { return nil }
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
