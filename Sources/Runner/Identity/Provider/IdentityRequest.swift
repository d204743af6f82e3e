/// A request to the provider, whole and taken apart.
struct IdentityRequest {
    let head: RequestHead
    let route: IdentityRoute
    let query: FormFields
    let body: ContiguousArray<UInt8>

    /// The body's fields; empty for a body that is no form.
    var form: FormFields {
        let type = text("content-type") ?? ""
        let isForm = type.lowercased().hasPrefix("application/x-www-form-urlencoded")
        return isForm ? FormFields(body) : FormFields([])
    }

    func text(_ name: StaticString) -> String? {
        head.first(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What follows a scheme in `Authorization`; nil where there is another one or none.
    func credentials(_ scheme: String) -> String? {
        guard let value = text("authorization") else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == scheme else { return nil }
        return String(parts[1].drop { $0 == " " })
    }

    /// Where the client stands: what the proxy says of it, else the peer.
    var clientAddress: String {
        let forwarded = text("x-forwarded-for")?.split(separator: ",").first
        return forwarded.map { String($0.filter { $0 != " " }) } ?? head.peer
    }

    /// Whether the client came by TLS, as far as the proxy knows.
    var isSecure: Bool { text("x-forwarded-proto")?.lowercased() == "https" }
}

/// Fields of a form or a query (`application/x-www-form-urlencoded`), in order.
struct FormFields {
    let fields: [(name: String, value: String)]

    init(_ bytes: some Collection<UInt8>) {
        fields = bytes.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            return (
                FormFields.decode(parts[0]), parts.count == 2 ? FormFields.decode(parts[1]) : ""
            )
        }
    }

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    var hasDuplicates: Bool { Set(fields.map(\.name)).count < fields.count }

    /// Undoes `+` and `%xx`; a percent sign that starts nothing stays.
    static func decode(_ text: some Collection<UInt8>) -> String {
        var bytes = ContiguousArray<UInt8>()
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap(hexadecimal)
                guard digits.count == 2 else {
                    bytes.append(byte)
                    continue
                }
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

extension IdentityRequest {
    /// What answering costs: only what is quick may be done on an event loop.
    enum Effort {
        case quick
        /// Signs tokens, or waits for the disk: milliseconds.
        case writes
        /// Hashes a password: a tenth of a second and more.
        case hashes
    }

    var effort: Effort {
        switch (route, head.method) {
        case (.token, .post): form["grant_type"] == "password" ? .hashes : .writes
        case (.users, .post), (.user, .put), (.userPassword, _): .hashes
        case (.user, .delete), (.userLogout, _), (.logout, _), (.revocation, _): .writes
        default: .quick
        }
    }
}
