internal import Functions

/// `${NAME}` and `${NAME:default}` in a realm file's strings, as Keycloak replaces them on import.
///
/// A name that is not set and has no default stays as it stands: Keycloak's own display names are
/// written like that.
struct RealmPlaceholders {
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

    private func resolve(_ text: String) -> String {
        var result = ""
        var rest = text.utf8[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            result += String(Substring(rest[..<dollar]))
            rest = rest[dollar...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")),
                rest.dropFirst().first == UInt8(ascii: "{")
            else {
                result += "$"
                rest = rest.dropFirst()
                continue
            }
            let inside = Substring(rest[..<end].dropFirst(2))
            result += value(of: inside) ?? "${\(inside)}"
            rest = rest[end...].dropFirst()
        }
        return result + String(Substring(rest))
    }

    private func value(of inside: Substring) -> String? {
        let parts = inside.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return values[String(parts[0])] ?? (parts.count == 2 ? String(parts[1]) : nil)
    }
}
