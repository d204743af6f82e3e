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
        let stem = token.prefix(while: isTokenByte)
        guard !stem.isEmpty, token.count <= maximumCount,
            token[stem.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return .malformed }
        return .token(token)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
