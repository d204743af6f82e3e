/// An e-mail address: a dot-atom of ASCII, `@`, and a domain, which is kept as its A-labels.
///
/// Nothing in it can end a line, close an angle bracket or mean anything else to a mail server.
package struct MailAddress: Hashable, Sendable {
    /// As it was given: what stands before the `@` is the receiving server's affair.
    package let local: String
    /// In small ASCII letters.
    package let domain: String

    package var text: String { "\(local)@\(domain)" }

    package init?(_ text: String) {
        guard let at = text.unicodeScalars.firstIndex(of: "@") else { return nil }
        let local = text.unicodeScalars[..<at]
        let rest = text.unicodeScalars[text.unicodeScalars.index(after: at)...]
        guard let domain = DomainName.ascii(String(rest)), MailAddress.isDotAtom(local),
            local.count <= 64, local.count + 1 + domain.utf8.count <= 254
        else { return nil }
        self.local = String(local)
        self.domain = domain
    }

    private static func isDotAtom(_ local: Substring.UnicodeScalarView) -> Bool {
        let atoms = local.split(separator: ".", omittingEmptySubsequences: false)
        return atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomText) }
    }

    /// `atext` of RFC 5322 §3.2.3.
    static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return false }
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=",
            "?", "^", "_", "`", "{", "|", "}", "~":
            return true
        default: return false
        }
    }
}

/// An address with the name of whom it belongs to, if that is known: `Анна <anna@example.org>`.
package struct NamedAddress: Hashable, Sendable {
    static let expected = "an address (orders@example.org) or Name <address>"

    package let name: String?
    package let address: MailAddress

    package init(name: String? = nil, address: MailAddress) {
        self.name = name
        self.address = address
    }

    /// `Name <address>`, `"Name" <address>`, `<address>` or an address alone.
    package init?(_ text: String) {
        let scalars = NamedAddress.trimmed(text.unicodeScalars[...])
        guard scalars.last == ">" else {
            guard let address = MailAddress(String(scalars)) else { return nil }
            self.init(address: address)
            return
        }
        guard let open = scalars.lastIndex(of: "<"),
            let address = MailAddress(
                String(scalars[scalars.index(after: open)...].dropLast())
            ),
            let name = NamedAddress.unquoted(NamedAddress.trimmed(scalars[..<open]))
        else { return nil }
        self.init(name: name.isEmpty ? nil : name, address: address)
    }

    private static func trimmed(
        _ text: Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    /// The name without its quotes; nil where it holds a control character, a stray quote or bracket.
    private static func unquoted(_ text: Substring.UnicodeScalarView) -> String? {
        guard text.allSatisfy({ $0.properties.generalCategory != .control }) else { return nil }
        guard text.first == "\"" else {
            return text.contains { $0 == "\"" || $0 == "<" || $0 == ">" } ? nil : String(text)
        }
        guard text.count >= 2, text.last == "\"" else { return nil }
        var name = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text.dropFirst().dropLast() {
            if !isEscaped && scalar == "\\" {
                isEscaped = true
                continue
            }
            guard isEscaped || scalar != "\"" else { return nil }
            name.append(scalar)
            isEscaped = false
        }
        return isEscaped ? nil : String(name)
    }
}
