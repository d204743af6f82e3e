/// The URL of a service that letters go to, checked part by part.
///
/// Its host may be international; user and password are percent-decoded.
struct ServiceURL: Sendable, Equatable {
    let scheme: String
    let user: String?
    let password: Secret?
    /// A name in small ASCII letters, or an address (of version 6 without its brackets).
    let host: String
    let port: Int
    /// With its first slash, or empty.
    let path: String
    let query: String?
    /// Scheme, host and the port that was given.
    private let base: String

    /// `schemes` are those that are taken, each with its own port.
    init?(_ text: String, schemes: [String: Int]) {
        guard let parts = ServiceURL.withASCIIHost(text).flatMap(URLParts.init),
            let ownPort = schemes[parts.scheme], parts.fragment == nil
        else { return nil }
        if let text = parts.user {
            guard let user = ServiceURL.decoded(text) else { return nil }
            self.user = user
        } else {
            user = nil
        }
        if let text = parts.password {
            guard let password = ServiceURL.decoded(text) else { return nil }
            self.password = Secret(password)
        } else {
            password = nil
        }
        scheme = parts.scheme
        host = parts.host.lowercased()
        port = parts.port ?? ownPort
        path = parts.path
        query = parts.query
        base = parts.origin.lowercased()
    }

    /// Whether it names this machine, whatever the name service says.
    var isLoopback: Bool { HostName.isLoopback(host) }

    /// Scheme and host: what may be shown.
    var origin: String {
        "\(scheme)://" + (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host)
    }

    /// The whole but user and password.
    var request: String { base + (path.isEmpty ? "/" : path) + (query.map { "?\($0)" } ?? "") }

    /// The field of a login (RFC 7617), where the URL has a user.
    var authorization: [(name: String, value: String)] {
        guard let user else { return [] }
        let login = Base64.encode("\(user):\(password?.value ?? "")".utf8)
        return [(name: "Authorization", value: "Basic \(login)")]
    }

    /// The text with its host as A-labels; nil where that host is none.
    private static func withASCIIHost(_ text: String) -> String? {
        let scalars = text.unicodeScalars
        guard !scalars.allSatisfy(\.isASCII), let mark = text.utf8.firstRange(of: "://".utf8) else {
            return text
        }
        let end = scalars[mark.upperBound...].firstIndex { "/?#".unicodeScalars.contains($0) }
        let authority = scalars[mark.upperBound..<(end ?? scalars.endIndex)]
        let start =
            authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex
        let name = authority[start...].prefix { $0 != ":" }
        return DomainName.ascii(String(name)).map { ascii in
            String(scalars[..<start]) + ascii + String(scalars[name.endIndex...])
        }
    }

    /// Percent-decoded; nil for nothing, bad UTF-8 and control characters.
    private static func decoded(_ text: String) -> String? {
        var bytes = ContiguousArray<UInt8>()
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard let byte = UInt8(digits, radix: 16), byte >= 32, byte != 127 else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
    }
}
