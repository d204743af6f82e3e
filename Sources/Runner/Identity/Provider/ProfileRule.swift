internal import Functions

/// One validation of a user's value.
enum ProfileRule: Sendable {
    case length(minimum: Int64?, maximum: Int64?)
    case email
    case pattern(Pattern, text: String, message: String)
    case options([String])
    case usernameCharacters
    case latinUsername
    case personNameCharacters

    init(_ name: String, _ config: RealmReader) throws(RealmFileError) {
        switch name {
        case "length":
            self = .length(
                minimum: config.member("min")?.json.integer,
                maximum: config.member("max")?.json.integer
            )
        case "email": self = .email
        case "pattern":
            let text = try config.requiredText("pattern")
            guard let pattern = Pattern(text) else {
                throw config.fail(
                    "has the pattern \"\(text)\", which is more than a POSIX extended one"
                )
            }
            let message = try config.text("error-message") ?? "error-pattern-no-match"
            self = .pattern(pattern, text: text, message: message)
        case "options": self = .options(try config.texts("options"))
        case "username-prohibited-characters": self = .usernameCharacters
        case "up-username-not-idn-homograph": self = .latinUsername
        case "person-name-prohibited-characters": self = .personNameCharacters
        default: throw config.fail("the validation \"\(name)\" is not known here")
        }
    }

    func problem(_ field: String, _ value: String) -> ProfileProblem? {
        switch self {
        case .length(let minimum, let maximum):
            return lengthProblem(field, Int64(value.utf16.count), minimum, maximum)
        case .email:
            if EmailAddress.isValid(value) { return nil }
            return make(field, "error-invalid-email", [.string(value)])
        case .pattern(let pattern, let text, let message):
            return pattern.matches(value) ? nil : make(field, message, [.string(text)])
        case .options(let options):
            return options.contains(value) ? nil : make(field, "error-invalid-value", [])
        case .usernameCharacters:
            let isFine = value.unicodeScalars.allSatisfy(ProfileRule.mayStandInUsername)
            return isFine ? nil : make(field, "error-username-invalid-character", [])
        case .latinUsername:
            let isFine = value.unicodeScalars.allSatisfy(ProfileRule.isLatinOrNoLetter)
            return isFine ? nil : make(field, "error-username-invalid-character", [])
        case .personNameCharacters:
            let isFine = value.unicodeScalars.allSatisfy(ProfileRule.mayStandInName)
            return isFine ? nil : make(field, "error-person-name-invalid-character", [])
        }
    }

    private func make(
        _ field: String,
        _ message: String,
        _ parameters: [JSON]
    ) -> ProfileProblem {
        ProfileProblem(field: field, message: message, parameters: [.string(field)] + parameters)
    }

    private func lengthProblem(
        _ field: String,
        _ count: Int64,
        _ minimum: Int64?,
        _ maximum: Int64?
    ) -> ProfileProblem? {
        let limits = [minimum.map(JSON.integer) ?? .null, maximum.map(JSON.integer) ?? .null]
        if let minimum, count < minimum {
            return make(field, "error-invalid-length-too-short", limits)
        }
        if let maximum, count > maximum {
            return make(field, "error-invalid-length-too-long", limits)
        }
        return nil
    }

    private static func mayStandInUsername(_ scalar: Unicode.Scalar) -> Bool {
        let prohibited = "<>&\"'$%!#?§,;:*~/\\|^=[]{}()`"
        return !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            && !prohibited.unicodeScalars.contains(scalar)
    }

    private static func mayStandInName(_ scalar: Unicode.Scalar) -> Bool {
        let prohibited = "<>&\"$%!#?§;*~/\\|^=[]{}()"
        return scalar.properties.generalCategory != .control
            && !prohibited.unicodeScalars.contains(scalar)
    }

    /// A letter of another script could pass for a Latin one, and its owner for somebody else.
    private static func isLatinOrNoLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x250, 0x1E00..<0x1F00: true
        default: !scalar.properties.isAlphabetic
        }
    }
}

/// Keycloak's idea of an e-mail address: a dot-atom of ASCII, `@`, and a domain.
enum EmailAddress {
    static func isValid(_ text: String) -> Bool {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let local = text.utf8[..<at]
        let domain = text.utf8[at...].dropFirst()
        return (1...64).contains(local.count) && (1...255).contains(domain.count)
            && isDotted(local, isAtomByte) && isDotted(domain, isDomainByte)
    }

    private static func isDotted(
        _ text: Substring.UTF8View,
        _ isFine: (UInt8) -> Bool
    ) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.allSatisfy(isFine)
        }
    }

    private static func isAtomByte(_ byte: UInt8) -> Bool {
        Grammar.isTokenByte(byte) || "/=?{}".utf8.contains(byte)
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), 128...255: true
        default: false
        }
    }
}
