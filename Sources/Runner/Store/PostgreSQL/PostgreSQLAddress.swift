internal import CPostgreSQL

/// Where the database is and how it is reached: `DATABASE_URL`, taken apart by libpq itself.
package struct PostgreSQLAddress: Sendable {
    /// `host:port/name`, without user or password: for logs.
    package let label: String
    /// The name that must be looked up before libpq is asked to connect; nil for an address or
    /// the folder of a socket.
    let nameToLookUp: String?
    private let keywords: [(name: String, value: Secret)]

    /// What the URL may say otherwise.
    ///
    /// GSSAPI would look for tickets before each connection;
    /// a peer that is silently gone is noticed within 10 s.
    private static let defaults = [
        (name: "gssencmode", value: "disable"),
        (name: "fallback_application_name", value: "runner"),
        (name: "keepalives_idle", value: "10"),
        (name: "keepalives_interval", value: "3"),
        (name: "keepalives_count", value: "3"),
        (name: "tcp_user_timeout", value: "10000"),
    ]

    /// The message names no part of the URL but a parameter that is not known.
    package init(url: Secret) throws(PostgreSQLError) {
        let parsed = try PostgreSQLAddress.parse(url.value)
        func value(_ name: String) -> String? { parsed.first { $0.name == name }?.value }
        let missing = PostgreSQLAddress.defaults.filter { value($0.name) == nil }
        keywords = (missing + parsed + [(name: "client_encoding", value: "UTF8")])
            .map { (name: $0.name, value: Secret($0.value)) }
        let host = value("host") ?? "localhost"
        let isPlain =
            host.hasPrefix("/") || host.hasPrefix("@") || host.contains(",")
            || NetworkRange(host) != nil
        nameToLookUp = isPlain || value("hostaddr") != nil ? nil : host
        let name = HostName.inURL(host)
        label = "\(name):\(value("port") ?? "5432")/\(value("dbname") ?? "")"
    }

    /// What libpq is given; the addresses are those of `nameToLookUp`, separated by commas.
    func parameters(addresses: String?) -> [(name: String, value: String)] {
        let told = keywords.map { (name: $0.name, value: $0.value.value) }
        guard let addresses, let nameToLookUp else { return told }
        // libpq wants a host for each address: it is what certificates are compared with.
        let count = addresses.utf8.count { $0 == UInt8(ascii: ",") } + 1
        let hosts = Array(repeating: nameToLookUp, count: count).joined(separator: ",")
        return told.filter { $0.name != "host" }
            + [(name: "host", value: hosts), (name: "hostaddr", value: addresses)]
    }

    private static func parse(
        _ url: String
    ) throws(PostgreSQLError) -> [(name: String, value: String)] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = unsafe PQconninfoParse(url, &message) else {
            defer { unsafe PQfreemem(message) }
            throw refusal(unsafe message.map { unsafe String(cString: $0) } ?? "")
        }
        defer { unsafe PQconninfoFree(options) }
        var found: [(name: String, value: String)] = []
        var next = unsafe options
        while let keyword = unsafe next.pointee.keyword {
            if let value = unsafe next.pointee.val {
                unsafe found.append((String(cString: keyword), String(cString: value)))
            }
            unsafe next += 1
        }
        return found
    }

    /// libpq's message may quote the URL; the name of a parameter is the one part that is told.
    private static func refusal(_ message: String) -> PostgreSQLError {
        let known = "invalid URI query parameter: \""
        guard message.hasPrefix(known) else {
            return PostgreSQLError(.away, "DATABASE_URL is not one that libpq can read")
        }
        let name = message.dropFirst(known.count).prefix { $0 != "\"" }
        return PostgreSQLError(.away, "DATABASE_URL has a parameter '\(name)' that libpq lacks")
    }
}
