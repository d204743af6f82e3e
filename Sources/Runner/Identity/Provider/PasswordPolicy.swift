/// The realm's rules for new passwords: `length(8) and digits(1)`.
struct PasswordPolicy: Sendable {
    /// Keycloak's message key and its English text.
    struct Refusal: Error, Equatable {
        let key: String
        let text: String
    }

    private enum Rule: String, CaseIterable {
        case length, maxLength, digits, lowerCase, upperCase, specialChars, notUsername, notEmail
    }

    private let rules: [(rule: Rule, count: Int)]

    init(_ file: RealmReader) throws(RealmFileError) {
        guard let text = try file.text("passwordPolicy"), !text.isEmpty else {
            rules = []
            return
        }
        var rules: [(rule: Rule, count: Int)] = []
        for part in text.split(separator: " ") where part != "and" {
            let pieces = part.split { $0 == "(" || $0 == ")" }
            guard let name = pieces.first, let rule = Rule(rawValue: String(name)) else {
                throw file.fail(
                    "has the password rule \"\(part)\", which is not known here: "
                        + Rule.allCases.map(\.rawValue).joined(separator: ", ") + " are"
                )
            }
            let count = pieces.count > 1 ? Int(pieces[1]) : nil
            rules.append((rule, count ?? (rule == .length ? 8 : rule == .maxLength ? 64 : 1)))
        }
        self.rules = rules
    }

    func check(_ password: String, username: String, email: String?) throws(Refusal) {
        for (rule, count) in rules {
            guard !PasswordPolicy.allows(password, rule, count, username, email) else { continue }
            throw PasswordPolicy.refusal(rule, count)
        }
    }

    private static func allows(
        _ password: String,
        _ rule: Rule,
        _ count: Int,
        _ username: String,
        _ email: String?
    ) -> Bool {
        // Keycloak counts as Java does: in UTF-16.
        switch rule {
        case .length: password.utf16.count >= count
        case .maxLength: password.utf16.count <= count
        case .digits: has(count, password) { $0.isNumber }
        case .lowerCase: has(count, password) { $0.isLowercase }
        case .upperCase: has(count, password) { $0.isUppercase }
        case .specialChars: has(count, password) { !$0.isLetter && !$0.isNumber }
        case .notUsername: password.lowercased() != username.lowercased()
        case .notEmail: password.lowercased() != email?.lowercased()
        }
    }

    private static func has(
        _ count: Int,
        _ password: String,
        _ isWanted: (Character) -> Bool
    ) -> Bool {
        password.count(where: isWanted) >= count
    }

    private static func refusal(_ rule: Rule, _ count: Int) -> Refusal {
        let (key, text) =
            switch rule {
            case .length: ("MinLength", "minimum length \(count).")
            case .maxLength: ("MaxLength", "maximum length \(count).")
            case .digits: ("MinDigits", "must contain at least \(count) numerical digits.")
            case .lowerCase:
                ("MinLowerCaseChars", "must contain at least \(count) lower case characters.")
            case .upperCase:
                ("MinUpperCaseChars", "must contain at least \(count) upper case characters.")
            case .specialChars:
                ("MinSpecialChars", "must contain at least \(count) special characters.")
            case .notUsername: ("NotUsername", "must not be equal to the username.")
            case .notEmail: ("NotEmail", "must not be equal to the email.")
            }
        return Refusal(key: "invalidPassword\(key)Message", text: "Invalid password: \(text)")
    }
}
