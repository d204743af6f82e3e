/// The URL of a service that letters go to, checked part by part.
///
/// Stricter than RFC 3986: what libcurl might understand otherwise than we do is refused.
struct ServiceURL: Sendable, Equatable {
    let scheme: String
    let user: String?
    let password: Secret?
    /// A name in ASCII, or an address (of version 6 without its brackets).
    let host: String
    let port: Int
    /// With its first slash, or empty.
    let path: String
    let query: String?
    private let hasPort: Bool

    /// `schemes` are those that are taken, each with its own port.
    init?(_ text: String, schemes: [String: Int]) {
        guard text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }),
            !text.utf8.contains(UInt8(ascii: "#")),
            !text.utf8.contains(UInt8(ascii: "\\")),
            let mark = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            text[mark...].hasPrefix("://")
        else { return nil }
        scheme = text[..<mark].lowercased()
        guard let ownPort = schemes[scheme] else { return nil }
        let rest = text[mark...].dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = rest[authority.endIndex...]
        let path = tail.prefix { $0 != "?" }
        guard tail.utf8.allSatisfy({ $0 < 128 }) else { return nil }
        self.path = String(path)
        query = path.endIndex < tail.endIndex ? String(tail[path.endIndex...].dropFirst()) : nil

        let pieces = authority.split(separator: "@", omittingEmptySubsequences: false)
        guard pieces.count <= 2, let place = pieces.last else { return nil }
        if pieces.count == 2 {
            guard let (user, password) = ServiceURL.credentials(pieces[0]) else { return nil }
            (self.user, self.password) = (user, password.map(Secret.init))
        } else {
            (user, password) = (nil, nil)
        }
        guard let (host, port) = ServiceURL.place(place) else { return nil }
        self.host = host
        self.port = port ?? ownPort
        hasPort = port != nil
    }

    /// Whether it names this machine, whatever the name service says.
    var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        return host.hasPrefix("127.") && ServiceURL.isAddress(host)
    }

    /// Scheme and host: what may be shown.
    var origin: String { "\(scheme)://\(bracketed)" }

    /// The whole but user and password.
    var request: String {
        "\(scheme)://\(bracketed)\(hasPort ? ":\(port)" : "")\(path.isEmpty ? "/" : path)"
            + (query.map { "?\($0)" } ?? "")
    }

    private var bracketed: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host }

    /// What was found, without what nobody should read: user, password and query.
    ///
    /// A password may hold anything, so all up to the last `@` may be one.
    static func redacted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let mark = text.utf8.firstRange(of: "://".utf8) else { return "a text without ://" }
        let scheme = String(scalars[..<mark.lowerBound])
        let rest = scalars[mark.upperBound...]
        let secretEnd = rest.lastIndex(of: "@").map(rest.index(after:))
        let shown = rest[(secretEnd ?? rest.startIndex)...].prefix { $0 != "?" && $0 != "#" }
        return "\(scheme)://\(secretEnd == nil ? "" : "…@")\(String(shown))"
    }

    private static func credentials(_ text: Substring) -> (user: String, password: String?)? {
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = decoded(pieces[0]), !user.isEmpty else { return nil }
        guard pieces.count == 2 else { return (user, nil) }
        guard let password = decoded(pieces[1]), !password.isEmpty else { return nil }
        return (user, password)
    }

    /// Percent-decoded; nil for a stray `%`, bad UTF-8 and control characters.
    private static func decoded(_ text: Substring) -> String? {
        var bytes = ContiguousArray<UInt8>()
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal),
                let low = rest.popFirst().flatMap(hexadecimal), high << 4 | low >= 32
            else { return nil }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(127) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static func place(_ text: Substring) -> (host: String, port: Int?)? {
        var host = text
        var port: Int?
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = Int(digits),
                (1...65_535).contains(number)
            else { return nil }
            port = number
            host = text[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = String(host.dropFirst().dropLast())
            return address.contains(":") && isAddress(address) ? (address, port) : nil
        }
        if isAddress(String(host)), !host.contains(":") { return (String(host), port) }
        return DomainName.ascii(String(host)).map { ($0, port) }
    }
}
