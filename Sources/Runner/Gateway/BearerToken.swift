/// The access token of the field `Authorization` (RFC 6750 §2.1).
enum BearerToken {
    /// Longer ones are bad ones.
    static let maximumCount = 8192

    case missing
    case malformed
    case token(ArraySlice<UInt8>)

    /// The scheme in any letter case, one blank or more, a token of RFC 6750's characters.
    static func read(_ head: RequestHead) -> BearerToken {
        guard let value = head.first("authorization") else { return .missing }
        let scheme = value.prefix { $0 != 0x20 }
        guard scheme.count == 6, zip(scheme, "bearer".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            return .missing
        }
        let token = value[scheme.endIndex...].drop { $0 == 0x20 }
        let stem = token.prefix(tokenLength(token))
        guard !stem.isEmpty, token.count <= maximumCount,
            token[stem.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return .malformed }
        return .token(token)
    }

    /// How many characters of a token the text begins with.
    ///
    /// Over the bare bytes: every request comes by here with a kilobyte of token.
    private static func tokenLength(_ text: ArraySlice<UInt8>) -> Int {
        unsafe text.withUnsafeBufferPointer { bytes in
            var count = 0
            while count < bytes.count, unsafe isTokenByte[Int(bytes[count])] { count += 1 }
            return count
        }
    }

    private static let isTokenByte: [256 of Bool] = {
        var table = [256 of Bool](repeating: false)
        let others = "-._~+/".utf8
        for byte in 0..<256 {
            table[byte] =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || others.contains(UInt8(byte))
        }
        return table
    }()
}
