/// The rules by which an e-mail, a phone number and a locale are taken, from a body or a token.
enum ContactRules {
    /// In small letters, its domain as A-labels; nil where it is not a dot-atom of ASCII, `@` and a
    /// domain.
    static func email(_ text: String, _ domainToASCII: (String) -> String?) -> String? {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 1_024, isDotAtom(parts[0]),
            let domain = domain(String(parts[1]) ?? "", domainToASCII)
        else { return nil }
        let email = "\(String(parts[0]) ?? "")@\(domain)".lowercasedASCII
        return email.utf8.count <= 254 ? email : nil
    }

    /// E.164: a plus sign and up to fifteen digits, the first not 0.
    static func isPhone(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: "+") && (2...15).contains(digits.count)
            && digits.first != UInt8(ascii: "0") && digits.allSatisfy(isDigit)
    }

    /// BCP 47 as far as its form goes, `_` taken for `-`; nil where it is none.
    static func locale(_ text: String) -> String? {
        guard text.utf8.count <= 35 else { return nil }
        let tag = text.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
        let subtags = tag.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let language = subtags.first, (2...8).contains(language.count),
            language.allSatisfy(isLetter),
            subtags.dropFirst().allSatisfy({
                (1...8).contains($0.count) && $0.allSatisfy { isLetter($0) || isDigit($0) }
            })
        else { return nil }
        return String(decoding: tag, as: UTF8.self)
    }

    /// RFC 5322 §3.2.3, as long as RFC 5321 §4.5.3.1 lets it be.
    private static func isDotAtom(_ text: Substring.UTF8View) -> Bool {
        guard (1...64).contains(text.count) else { return false }
        return text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy
        {
            !$0.isEmpty && $0.allSatisfy { isLetter($0) || isDigit($0) || isAtomSign($0) }
        }
    }

    private static func domain(_ text: String, _ domainToASCII: (String) -> String?) -> String? {
        if text.utf8.allSatisfy({ $0 < 128 }) { return isDomain(text) ? text : nil }
        // What stands for itself in ASCII must already be right: nothing of a URL gets through.
        guard text.utf8.allSatisfy({ $0 >= 128 || isDomainByte($0) }),
            let converted = domainToASCII(text), isDomain(converted)
        else { return nil }
        return converted
    }

    /// Labels of letters, digits and inner hyphens; the last one is not a number, or it would be an
    /// address.
    private static func isDomain(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let hyphen = UInt8(ascii: "-")
        return text.utf8.count <= 253
            && labels.allSatisfy {
                (1...63).contains($0.count) && $0.first != hyphen && $0.last != hyphen
                    && $0.allSatisfy { isLetter($0) || isDigit($0) || $0 == hyphen }
            }
            && labels.last.map { !$0.allSatisfy(isDigit) } ?? false
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isAtomSign(_ byte: UInt8) -> Bool {
        "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
}

extension Contact {
    /// Of what a token claims, that which passes register's rules.
    init(_ claims: ContactClaims, _ domainToASCII: (String) -> String?) {
        self.init(
            email: claims.email.flatMap { ContactRules.email($0, domainToASCII) },
            phone: claims.phone.flatMap { ContactRules.isPhone($0) ? $0 : nil },
            locale: claims.locale.flatMap { ContactRules.locale($0) }
        )
    }
}

extension String {
    fileprivate var lowercasedASCII: String {
        String(decoding: utf8.map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
