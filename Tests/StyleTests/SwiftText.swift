/// Swift source with comments, strings and quoted names blanked out, line for line.
///
/// A check of the code then never trips over a word in a comment or a brace in a string. What
/// stands in an interpolation stays, since it is code. A regex literal is taken for code.
struct SwiftText {
    /// The code, each blanked character a blank, each line where it was.
    private(set) var code: [String] = []
    /// The comments of each line, without the code.
    private(set) var comments: [String] = []

    private let bytes: [UInt8]
    private var position = 0
    private var codeLine: [UInt8] = []
    private var commentLine: [UInt8] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
        scanCode(untilParenthesis: false)
        endLine()
    }

    private func sees(_ text: String) -> Bool {
        bytes[position] == text.utf8.first && bytes[position...].starts(with: text.utf8)
    }

    private mutating func endLine() {
        code.append(String(decoding: codeLine, as: UTF8.self))
        comments.append(String(decoding: commentLine, as: UTF8.self))
        codeLine = []
        commentLine = []
    }

    private mutating func take(asCode: Bool = false, asComment: Bool = false) {
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\n") {
            endLine()
        } else {
            codeLine.append(asCode ? byte : UInt8(ascii: " "))
            if asComment { commentLine.append(byte) }
        }
    }

    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while position < bytes.count {
            if sees("//") {
                scanLineComment()
            } else if sees("/*") {
                scanBlockComment()
            } else if let hashes = quoteAhead() {
                scanString(hashes: hashes)
            } else if sees("`") {
                scanQuotedName()
            } else {
                if sees("(") { depth += 1 }
                if sees(")") { depth -= 1 }
                take(asCode: true)
                if untilParenthesis, depth == 0 { return }
            }
        }
    }

    private mutating func scanLineComment() {
        while position < bytes.count, !sees("\n") {
            take(asComment: true)
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        while position < bytes.count {
            if sees("/*") { depth += 1 }
            let ends = sees("*/")
            if ends { depth -= 1 }
            take(asComment: true)
            if ends {
                take(asComment: true)
                if depth == 0 { return }
            }
        }
    }

    private mutating func scanQuotedName() {
        take()
        while position < bytes.count, !sees("`") { take() }
        if position < bytes.count { take() }
    }

    /// The number of `#` before the quote that begins here, or nil where no string begins.
    private func quoteAhead() -> Int? {
        var ahead = position
        while ahead < bytes.count, bytes[ahead] == UInt8(ascii: "#") { ahead += 1 }
        guard ahead < bytes.count, bytes[ahead] == UInt8(ascii: "\"") else { return nil }
        return ahead - position
    }

    private mutating func scanString(hashes: Int) {
        for _ in 0..<hashes { take() }
        let quote = sees("\"\"\"") ? "\"\"\"" : "\""
        let fence = String(repeating: "#", count: hashes)
        for _ in quote.utf8 { take() }
        while position < bytes.count {
            if sees(quote + fence) {
                for _ in (quote + fence).utf8 { take() }
                return
            }
            if sees("\\" + fence + "(") {
                for _ in ("\\" + fence).utf8 { take() }
                scanCode(untilParenthesis: true)
            } else if sees("\\" + fence) {
                for _ in ("\\" + fence).utf8 { take() }
                if position < bytes.count { take() }
            } else {
                take()
            }
        }
    }
}
