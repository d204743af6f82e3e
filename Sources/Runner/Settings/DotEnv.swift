/// The settings file `.env`: one `NAME=value` a line.
///
/// A byte order mark, CRLF and a leading `export ` are taken. A `#` at the start of a line or of an
/// unquoted value, or after a blank in one, begins a comment. A value in single or double quotes is
/// what stands between them: no escapes, no expansion, and only a comment may follow. A name may
/// stand once. What is wrong is told by its line, never by its value.
package struct DotEnv {
    package struct Entry: Equatable {
        package let name: String
        package let value: String
        package let line: Int
    }

    package private(set) var entries: [Entry] = []
    package private(set) var problems: [SettingProblem] = []

    static let sizeLimit = 1 << 20

    package init(_ bytes: [UInt8]) {
        guard bytes.count <= DotEnv.sizeLimit else {
            problems.append(SettingProblem(".env", expected: "a file of at most 1 MiB"))
            return
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { read(line, number: index + 1) }
    }

    private mutating func read(_ line: ArraySlice<UInt8>, number: Int) {
        do throws(LineFault) {
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard let (name, value) = try DotEnv.parse(content) else { return }
            if let first = entries.first(where: { $0.name == name }) {
                throw LineFault("each name once; \(name) stands on line \(first.line) already")
            }
            entries.append(Entry(name: name, value: value, line: number))
        } catch {
            problems.append(SettingProblem(".env, line \(number)", expected: error.expected))
        }
    }

    private struct LineFault: Error {
        let expected: String
        init(_ expected: String) { self.expected = expected }
    }

    /// Nil for a line that says nothing.
    private static func parse(
        _ line: ArraySlice<UInt8>
    ) throws(LineFault) -> (name: String, value: String)? {
        guard line.allSatisfy({ $0 == tab || ($0 >= 32 && $0 != 127) }),
            let text = String(validating: line, as: UTF8.self)
        else { throw LineFault("UTF-8 text without control characters") }
        var rest = trimmed(Array(text.utf8)[...])
        if rest.isEmpty || rest.first == hash { return nil }
        let export = Array("export".utf8)
        if rest.starts(with: export), let next = rest.dropFirst(export.count).first, isBlank(next) {
            rest = trimmed(rest.dropFirst(export.count))
        }
        guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else {
            throw LineFault("NAME=value, a comment or an empty line")
        }
        let name = trimmed(rest[..<equals])
        guard isName(name) else {
            throw LineFault("a name of letters, digits and underscores before the =")
        }
        let value = try value(trimmed(rest[(equals + 1)...]))
        return (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private static func value(_ text: ArraySlice<UInt8>) throws(LineFault) -> ArraySlice<UInt8> {
        guard let first = text.first else { return text }
        guard first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") else {
            return unquoted(text)
        }
        let inside = text.dropFirst()
        guard let end = inside.firstIndex(of: first) else {
            throw LineFault("the closing quote on the same line")
        }
        let after = inside[(end + 1)...]
        guard after.isEmpty || (isBlank(after[after.startIndex]) && trimmed(after).first == hash)
        else { throw LineFault("nothing but a comment after the closing quote") }
        return inside[..<end]
    }

    private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let comment = text.indices.first { index in
            text[index] == hash && (index == text.startIndex || isBlank(text[index - 1]))
        }
        return trimmed(text[..<(comment ?? text.endIndex)])
    }

    private static let hash = UInt8(ascii: "#")
    private static let tab = UInt8(ascii: "\t")

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == tab }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, !(48...57).contains(first) else { return false }
        return bytes.allSatisfy {
            (97...122).contains($0 | 0x20) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return bytes[bytes.endIndex...] }
        return bytes[first...last]
    }
}
