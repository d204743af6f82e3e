/// Everything that is wrong with a command line and its settings, found at once.
package struct SettingsError: Error, Equatable, Sendable {
    package let problems: [SettingProblem]

    package init(_ problems: [SettingProblem]) { self.problems = problems }
}

/// One thing that is wrong: what it is about, where it came from, what was found, what is expected.
///
/// Never holds a secret, nor the password or query of a URL.
package struct SettingProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The setting's name, or the flag or line that is none.
    package let subject: String
    /// Where the value stands: the flag, the environment, a line of `.env`, a file.
    package let origin: String?
    /// Nil where nothing was found.
    package let found: String?
    package let expected: String

    package init(
        _ subject: String,
        from origin: String? = nil,
        found: String? = nil,
        expected: String
    ) {
        self.subject = subject
        self.origin = origin
        self.found = found
        self.expected = expected
    }

    /// One sentence.
    ///
    /// `PORT (.env, line 3): found "abc", expected a whole number from 0 to 65535.`
    package var description: String {
        let place = origin.map { " (\($0))" } ?? ""
        let end = expected.utf8.last == UInt8(ascii: "?") ? "" : "."
        return
            "\(subject)\(place): \(found.map { "found \($0), " } ?? "")expected \(expected)\(end)"
    }
}

/// How a value that was found is shown.
enum Found {
    static let secret = "a value that is not shown"

    /// A URL loses its password and query; a control character its effect; a long text its end.
    static func text(_ value: String) -> String {
        let bytes = Array(value.utf8)
        let isURL = bytes.indices.contains { bytes[$0...].starts(with: "://".utf8) }
        if isURL { return URLParts(value).map { url($0) } ?? "a URL that cannot be read" }
        return quoted(value)
    }

    /// What may be shown of a URL that bears credentials: whom it calls.
    static func secretURL(_ value: String) -> String {
        guard let parts = URLParts(value) else { return secret }
        return "\(parts.origin)/… (the rest is not shown)"
    }

    private static func url(_ parts: URLParts) -> String {
        let user = parts.user == nil ? "" : "[redacted]@"
        let query = parts.query == nil ? "" : "?[redacted]"
        let bare = parts.origin.dropFirst(parts.scheme.count + 3)
        return "\(parts.scheme)://\(user)\(bare)\(parts.path)\(query)"
    }

    static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars.prefix(100) {
            text += LogText.isHarmless(scalar) ? String(scalar) : scalar.escaped(asASCII: true)
        }
        return text + (value.unicodeScalars.count > 100 ? "…\"" : "\"")
    }
}

extension Found {
    /// A flag's name as it stands, without what might be its value or its effect.
    static func bare(_ flag: String) -> String { String(quoted(flag).dropFirst().dropLast()) }
}
