internal import Testing

/// What a rule found wrong, told so that it can be clicked and mended.
struct Finding: CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// One thing that no formatter checks, and a text that shows that the check works.
struct Rule: CustomTestStringConvertible, Sendable {
    let name: String
    /// A file that breaks the rule once.
    let planted: TextFile
    let findings: @Sendable (TextFile) -> [Finding]

    var testDescription: String { name }
}

extension Rule {
    static let all = sizes + words + imports + unchecked + text + processors

    private static let sizes = [
        Rule(
            name: "a file has at most 250 lines, a test 400",
            planted: TextFile(
                path: "Sources/Long.swift",
                text: String(repeating: "let x = 1\n", count: 251)
            )
        ) { file in
            let limit = file.isSource ? 250 : 400
            let count = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
            guard file.isSwift, count > limit else { return [] }
            return [Finding(path: file.path, line: limit + 1, message: "\(count) lines")]
        },
        Rule(
            name: "a function has at most 70 lines",
            planted: TextFile(
                path: "Sources/Long.swift",
                text: "func long(\n) {\n" + String(repeating: "    call()\n", count: 68) + "}\n"
            )
        ) { file in
            guard file.isSwift else { return [] }
            return file.swift.functions().filter { $0.lines > 70 }.map { function in
                Finding(
                    path: file.path,
                    line: function.line,
                    message: "a function of \(function.lines) lines"
                )
            }
        },
    ]

    /// Words that may not stand in the code of `Sources`, whatever comments and strings say.
    private static let words = [
        forbidden("try!", planted: "let x = try! load()"),
        forbidden("as!", planted: "let x = y as! Int"),
        forbidden("print(", planted: "print(\"here\")"),
        forbidden("Mutex<", planted: "let lock = Mutex<Int>(0)"),
        forbidden("public ", planted: "public func answer() {}"),
        forbidden("nonisolated(unsafe) var", planted: "nonisolated(unsafe) var counter = 0"),
    ]

    private static func forbidden(_ word: String, planted: String) -> Rule {
        Rule(
            name: "no \(word) in Sources",
            planted: TextFile(path: "Sources/Planted.swift", text: planted)
        ) { file in
            guard file.isSource else { return [] }
            return file.swift.code.enumerated().compactMap { number, code in
                guard code.contains(word: word) else { return nil }
                return Finding(path: file.path, line: number + 1, message: "\(word) in the code")
            }
        }
    }

    private static let unchecked = [
        needsReason("@unchecked Sendable", planted: "final class Box: @unchecked Sendable {}"),
        needsReason("fatalError()", planted: "func stop() -> Never { fatalError() }"),
        needsReason("preconditionFailure()", planted: "func stop() { preconditionFailure() }"),
    ]

    /// What may stand in the code only below, or beside, a comment that says why it is right.
    private static func needsReason(_ word: String, planted: String) -> Rule {
        Rule(
            name: "\(word) has a comment with its reason",
            planted: TextFile(path: "Sources/Planted.swift", text: planted)
        ) { file in
            guard file.isSource else { return [] }
            let text = file.swift
            return text.code.indices.compactMap { index in
                guard text.code[index].contains(word: word), !hasComment(text, above: index) else {
                    return nil
                }
                return Finding(path: file.path, line: index + 1, message: "\(word), and no reason")
            }
        }
    }

    /// Whether the line or the ones above it, attributes and signature passed over, say something.
    private static func hasComment(_ text: SwiftText, above index: Int) -> Bool {
        for line in (max(0, index - 3)...index).reversed() where !text.comments[line].isEmpty {
            return true
        }
        return false
    }
}

extension String {
    /// Whether the word stands here by itself, not as the end of a longer name.
    func contains(word: String) -> Bool {
        var rest = self[...]
        while let range = rest.firstRange(of: word) {
            let before = rest[..<range.lowerBound].last
            if before?.isLetter != true, before?.isNumber != true, before != "_" { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }
}
