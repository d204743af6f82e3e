extension PostgreSQLError {
    /// From libpq's message of a connection: `… failed: FATAL:  28P01: password …`.
    ///
    /// It has a line for each address that was tried, and lines of advice: the last one with the
    /// server's code counts, else the first.
    init(_ kind: Kind, ofConnection text: String) {
        let lines = text.split(separator: "\n")
        for line in lines.reversed() {
            guard let state = PostgreSQLError.state(in: line) else { continue }
            let message = line[..<state.startIndex] + line[state.endIndex...].dropFirst(2)
            self.init(kind, state: String(state), String(message))
            return
        }
        self.init(kind, lines.first.map(String.init) ?? "the connection was closed")
    }

    /// Behind the severity and two blanks, before a colon and a blank.
    private static func state(in line: Substring) -> Substring? {
        let length = 5
        var rest = line.utf8[...]
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            rest = rest[colon...].dropFirst()
            guard rest.starts(with: "  ".utf8) else { continue }
            let state = rest.dropFirst(2).prefix(length)
            let isCode = state.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
            if isCode, state.count == length, rest.dropFirst(2 + length).starts(with: ": ".utf8) {
                return Substring(state)
            }
        }
        return nil
    }
}
