/// A URL with an authority, taken apart strictly: `scheme://user:password@host:port/path?query#fragment`.
///
/// Printable ASCII only; a second `@`, a port out of range or a `%` without two digits is refused,
/// so that two readers of the same text cannot see two hosts.
struct URLParts: Equatable {
    let scheme: String
    let user: String?
    let password: String?
    /// Without the brackets of an IPv6 address.
    let host: String
    let port: Int?
    let path: String
    let query: String?
    let fragment: String?

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy(URLParts.isAllowed), URLParts.percentsAreWhole(bytes),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            bytes[colon...].starts(with: "://".utf8),
            let scheme = URLParts.scheme(bytes[..<colon])
        else { return nil }
        self.scheme = scheme
        var rest = bytes[(colon + 3)...]
        fragment = URLParts.cut(&rest, at: UInt8(ascii: "#"))
        query = URLParts.cut(&rest, at: UInt8(ascii: "?"))
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        path = String(decoding: rest[slash...], as: UTF8.self)
        guard let authority = Authority(rest[..<slash]) else { return nil }
        (user, password, host, port) =
            (authority.user, authority.password, authority.host, authority.port)
    }

    /// The text of scheme, host and port alone.
    var origin: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(scheme)://\(name)" + (port.map { ":\($0)" } ?? "")
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"):
            false
        default: byte > 32 && byte < 127
        }
    }

    private static func percentsAreWhole(_ bytes: [UInt8]) -> Bool {
        bytes.indices.allSatisfy { index in
            bytes[index] != UInt8(ascii: "%")
                || (index + 2 < bytes.count && isHexadecimal(bytes[index + 1])
                    && isHexadecimal(bytes[index + 2]))
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private static func scheme(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let first = bytes.first, (97...122).contains(first | 0x20),
            bytes.allSatisfy({ (97...122).contains($0 | 0x20) || (48...57).contains($0) })
        else { return nil }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }

    private static func cut(_ rest: inout ArraySlice<UInt8>, at mark: UInt8) -> String? {
        guard let index = rest.firstIndex(of: mark) else { return nil }
        defer { rest = rest[..<index] }
        return String(decoding: rest[(index + 1)...], as: UTF8.self)
    }
}

/// The part of a URL that says whom to call.
private struct Authority {
    var user: String?
    var password: String?
    var host: String
    var port: Int?

    init?(_ bytes: ArraySlice<UInt8>) {
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard let last = parts.last, parts.count <= 2 else { return nil }
        if parts.count == 2 {
            let colon = parts[0].firstIndex(of: UInt8(ascii: ":"))
            user = String(decoding: parts[0][..<(colon ?? parts[0].endIndex)], as: UTF8.self)
            password = colon.map { String(decoding: parts[0][($0 + 1)...], as: UTF8.self) }
        }
        var name = last
        if let colon = last.lastIndex(of: UInt8(ascii: ":")),
            !last[colon...].contains(UInt8(ascii: "]"))
        {
            guard let port = Authority.port(last[(colon + 1)...]) else { return nil }
            self.port = port
            name = last[..<colon]
        }
        guard let host = Authority.host(name) else { return nil }
        self.host = host
    }

    private static func port(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard (1...5).contains(bytes.count), bytes.allSatisfy({ (48...57).contains($0) }),
            let number = Int(String(decoding: bytes, as: UTF8.self)),
            (1...65_535).contains(number)
        else { return nil }
        return number
    }

    private static func host(_ bytes: ArraySlice<UInt8>) -> String? {
        if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") {
            let inside = String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
            return HostName.isIPv6(inside) ? inside : nil
        }
        let name = String(decoding: bytes, as: UTF8.self)
        return HostName.isName(name) ? name : nil
    }
}
