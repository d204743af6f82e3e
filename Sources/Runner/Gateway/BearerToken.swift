/// The access token of the field `Authorization` (RFC 6750 §2.1).
enum BearerToken {
    /// Longer ones are bad ones.
    static let maximumCount = 8192

    case missing
    /// No signed token can look like this.
    case malformed(ArraySlice<UInt8>)
    case token(ArraySlice<UInt8>)

    /// The scheme in any letter case, one blank or more, a token of RFC 6750's characters.
    static func read(_ head: RequestHead) -> BearerToken {
        guard let value = head.first("authorization") else { return .missing }
        let scheme = value.prefix { $0 != 0x20 }
        guard scheme.count == 6, zip(scheme, "bearer".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            return .missing
        }
        let token = value[scheme.endIndex...].drop { $0 == 0x20 }
        guard token.count <= maximumCount, isToken(token) else { return .malformed(token) }
        return .token(token)
    }

    /// `b64token`: one letter, digit or `-._~+/` or more, then any number of `=`.
    ///
    /// Looks at every byte without leaving early, as `FieldLine.isValue` does and for the same reason:
    /// every request comes by here with a kilobyte of token.
    private static func isToken(_ text: ArraySlice<UInt8>) -> Bool {
        var end = text.endIndex
        while end > text.startIndex, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        let stem = text[..<end]
        let bytes = stem.span
        var bad: UInt8 = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let letter = byte | 0x20
            let isGood =
                (letter >= 97 && letter <= 122) || (byte >= 45 && byte <= 57) || byte == 43
                || byte == 95 || byte == 126
            bad |= isGood ? 0 : 1
            position &+= 1
        }
        return bad == 0 && position > 0
    }
}
