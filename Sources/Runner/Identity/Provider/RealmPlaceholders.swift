internal import Functions

/// `${NAME}` and `${NAME:default}` in a realm file's strings, as Keycloak replaces them on import.
///
/// A name that is not set and has no default stays as it stands: Keycloak's own display names are
/// written like that. The default begins behind the first colon and may hold placeholders itself;
/// of `${FIRST,SECOND}` the first that is set holds.
struct RealmPlaceholders {
    /// What is filled in is looked through again, as often; Keycloak overflows its stack instead.
    private static let rounds = 10

    let values: [String: String]

    func resolve(_ json: JSON) -> JSON {
        switch json {
        case .string(let text): .string(resolve(text))
        case .array(let elements): .array(elements.map(resolve))
        case .object(let members):
            .object(members.map { JSON.Member($0.name, resolve($0.value)) })
        default: json
        }
    }

    func resolve(_ text: String) -> String {
        var text = text
        for _ in 0..<RealmPlaceholders.rounds {
            var isReplaced = false
            text = RealmPlaceholders.rewrite(text) { placeholder in
                let value = value(of: placeholder)
                isReplaced = isReplaced || value != nil
                return value
            }
            guard isReplaced else { break }
        }
        return text
    }

    private func value(of placeholder: RealmPlaceholder) -> String? {
        if let value = values[placeholder.name] { return value }
        let names = placeholder.name.split(separator: ",", maxSplits: 1)
        return names.lazy.compactMap { values[String($0)] }.first ?? placeholder.fallback
    }

    /// Every outermost placeholder by what `replacement` makes of it; nil leaves it as it stands.
    static func rewrite(
        _ text: String,
        _ replacement: (RealmPlaceholder) -> String?
    ) -> String {
        var result = ""
        var rest = text.utf8[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            result += String(Substring(rest[..<dollar]))
            rest = rest[dollar...]
            guard let end = end(of: rest) else {
                result += "$"
                rest = rest.dropFirst()
                continue
            }
            let whole = Substring(rest[..<end])
            let placeholder = RealmPlaceholder(inside: whole.dropFirst(2).dropLast())
            result += placeholder.flatMap(replacement) ?? String(whole)
            rest = rest[end...]
        }
        return result + String(Substring(rest))
    }

    /// Behind the brace that closes a text's first one; nil where no placeholder begins there.
    private static func end(of text: Substring.UTF8View) -> Substring.UTF8View.Index? {
        guard text.dropFirst().first == UInt8(ascii: "{") else { return nil }
        var depth = 0
        for index in text.indices {
            if text[index] == UInt8(ascii: "{") { depth += 1 }
            guard text[index] == UInt8(ascii: "}") else { continue }
            depth -= 1
            if depth == 0 { return text.index(after: index) }
        }
        return nil
    }
}

/// What stands between `${` and `}`.
struct RealmPlaceholder {
    let name: String
    let fallback: String?

    /// Nil where there is no name.
    init?(inside: Substring) {
        let parts = inside.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty else { return nil }
        self.name = String(name)
        fallback = parts.count == 2 ? String(parts[1]) : nil
    }
}
