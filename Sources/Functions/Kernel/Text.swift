/// The rules that texts share: counted and compared as Unicode scalars.
enum Text {
    /// What is wrong with a text of `1…limit` scalars without control characters; nil if nothing is.
    static func problem(_ text: String, limit: Int) -> String? {
        if isPlain(text, limit: limit) { return nil }
        // A text of more bytes than this has too many scalars, too: it need not be counted.
        guard text.utf8.count <= limit * 4, text.unicodeScalars.count <= limit, !text.isEmpty else {
            return "must have 1 to \(limit) characters"
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return "must have no control character" }
        return nil
    }

    /// The same for a text that people read: it says something, and every character of it is one.
    static func readableProblem(_ text: String, limit: Int) -> String? {
        if isPlain(text, limit: limit), text.utf8.first != 0x20 { return nil }
        if let problem = problem(text, limit: limit) { return problem }
        guard !text.unicodeScalars.contains(where: \.properties.isNoncharacterCodePoint) else {
            return "must have no noncharacter"
        }
        guard !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
            return "must not be blank"
        }
        return nil
    }

    /// Whether it is a good text of printable ASCII: most are, and need no look at Unicode's tables.
    private static func isPlain(_ text: String, limit: Int) -> Bool {
        (1...limit).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    static func document(limit: Int64, _ description: String, example: JSON) -> JSON {
        [
            "type": "string", "minLength": 1, "maxLength": .integer(limit),
            "description": .string(description), "examples": .array([example]),
        ]
    }
}
