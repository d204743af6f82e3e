/// A function, initialiser or subscript with a body, and the lines that it takes.
struct FunctionExtent: Equatable {
    let line: Int
    let lines: Int
}

extension SwiftText {
    /// Every function with a body, in the order of their first lines.
    func functions() -> [FunctionExtent] {
        let scanner = FunctionScanner(code)
        return scanner.starts().compactMap(scanner.extent)
    }
}

/// Finds the braces of the functions in blanked code.
private struct FunctionScanner {
    private static let keywords: Set<String> = ["func", "init", "deinit", "subscript"]
    /// What a line may begin with when it goes on with the signature of the line before.
    private static let continuations = [
        "{", "->", "throws", "rethrows", "async", "where", ")", "&",
    ]

    private let text: [Unicode.Scalar]
    private let lineOf: [Int]

    init(_ lines: [String]) {
        var text: [Unicode.Scalar] = []
        var lineOf: [Int] = []
        for (number, line) in lines.enumerated() {
            text += Array(line.unicodeScalars) + ["\n"]
            lineOf += Array(repeating: number + 1, count: text.count - lineOf.count)
        }
        self.text = text
        self.lineOf = lineOf
    }

    /// Where a keyword that begins a function stands; `x.init` is a call and not among them.
    func starts() -> [Int] {
        var found: [Int] = []
        var position = 0
        while position < text.count {
            guard isNameScalar(text[position]) else {
                position += 1
                continue
            }
            let start = position
            while position < text.count, isNameScalar(text[position]) { position += 1 }
            let isMember = start > 0 && text[start - 1] == "."
            if !isMember, Self.keywords.contains(name(start..<position)) { found.append(start) }
        }
        return found
    }

    func extent(from start: Int) -> FunctionExtent? {
        guard let open = bodyStart(after: start), let close = bodyEnd(from: open) else {
            return nil
        }
        return FunctionExtent(line: lineOf[start], lines: lineOf[close] - lineOf[start] + 1)
    }

    /// The brace that opens the body; nil for a requirement of a protocol.
    private func bodyStart(after start: Int) -> Int? {
        var depth = 0
        for position in start..<text.count {
            switch text[position] {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return position
            case "}" where depth == 0: return nil
            case "\n" where depth == 0 && !signatureGoesOn(at: position): return nil
            default: break
            }
        }
        return nil
    }

    private func signatureGoesOn(at newline: Int) -> Bool {
        let before = text[..<newline].last { !$0.properties.isWhitespace }
        if let before, [",", ">", ":", "&"].contains(before) { return true }
        let rest = text[newline...].drop { $0.properties.isWhitespace }
        return Self.continuations.contains { rest.starts(with: $0.unicodeScalars) }
    }

    private func bodyEnd(from open: Int) -> Int? {
        var depth = 0
        for position in open..<text.count {
            if text[position] == "{" { depth += 1 }
            if text[position] == "}" { depth -= 1 }
            if depth == 0 { return position }
        }
        return nil
    }

    private func name(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(text[range]))
    }

    private func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }
}
