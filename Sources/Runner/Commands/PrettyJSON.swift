internal import Functions

/// JSON for people: a member a line, two blanks a level.
enum PrettyJSON {
    static func text(_ value: JSON, indent: Int = 0) -> String {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { text($0, indent: indent + 1) }
            return block("[", lines, "]", indent)
        case .object(let members) where !members.isEmpty:
            let lines = members.map { member in
                JSON.string(member.name).text + ": " + text(member.value, indent: indent + 1)
            }
            return block("{", lines, "}", indent)
        default: return value.text
        }
    }

    private static func block(
        _ open: String,
        _ lines: [String],
        _ close: String,
        _ indent: Int
    ) -> String {
        let inner = String(repeating: "  ", count: indent + 1)
        let outer = String(repeating: "  ", count: indent)
        return "\(open)\n" + lines.map { inner + $0 }.joined(separator: ",\n")
            + "\n\(outer)\(close)"
    }
}
