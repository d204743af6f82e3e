/// One step of PostgreSQL's schema: a file of SQL, compiled in.
///
/// In the file, a semicolon at the end of a line ends a statement, and stands there for nothing
/// else; a comment has lines of its own.
package struct PostgreSQLMigration: Sendable {
    package let number: Int64
    /// The file's name up to its first dot: `0002-letters`.
    package let name: String
    /// The number of the oldest schema whose programs still work after this step: a step that only
    /// adds names an older one, a step that takes away the one that stopped using it.
    package let servesProgramsFrom: Int64
    package let statements: [String]
    /// Of the statements: comments may be mended later.
    package let checksum: String

    package init(number: Int64, name: String, servesProgramsFrom: Int64, sql: String) {
        self.number = number
        self.name = name
        self.servesProgramsFrom = servesProgramsFrom
        statements = PostgreSQLMigration.statements(of: sql)
        let text = statements.joined(separator: ";\n")
        checksum = SHA256.hash(Array(text.utf8)).bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func statements(of sql: String) -> [String] {
        var found: [String] = []
        var lines: [Substring] = []
        for line in sql.split(separator: "\n") {
            let trimmed = PostgreSQLMigration.withoutBlanksAtEnd(line)
            if trimmed.isEmpty || trimmed.drop(while: { $0 == " " }).hasPrefix("--") { continue }
            guard trimmed.last == ";" else {
                lines.append(trimmed)
                continue
            }
            lines.append(trimmed.dropLast())
            found.append(lines.joined(separator: "\n"))
            lines = []
        }
        return lines.isEmpty ? found : found + [lines.joined(separator: "\n")]
    }

    private static func withoutBlanksAtEnd(_ line: Substring) -> Substring {
        var line = line
        while line.last == " " || line.last == "\r" || line.last == "\t" { line.removeLast() }
        return line
    }
}
