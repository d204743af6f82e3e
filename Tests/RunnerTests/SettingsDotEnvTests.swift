import Testing

@testable import Runner

struct SettingsDotEnvTests {
    private func values(_ text: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: DotEnv(Array(text.utf8)).entries.map { ($0.name, $0.value) }
        )
    }

    private func problems(_ text: String) -> [String] {
        DotEnv(Array(text.utf8)).problems.map(\.description)
    }

    @Test(arguments: [
        ("PORT=1", "1"), ("PORT = 1 ", "1"), ("  PORT=1", "1"), ("export PORT=1", "1"),
        ("export\tPORT=1", "1"), ("PORT=1\r", "1"), ("\u{FEFF}PORT=1", "1"), ("PORT=", ""),
        ("PORT=\"\"", ""), ("PORT=#1", ""), ("PORT= #1", ""), ("PORT=a#b", "a#b"),
        ("PORT=a #b", "a"), ("PORT=a\t#b", "a"), ("PORT='a #b'", "a #b"),
        ("PORT=\"a #b\" # c", "a #b"),
        ("PORT=\" a \"", " a "), ("PORT='it \"is\"'", "it \"is\""), ("PORT=a\"b", "a\"b"),
        ("PORT=a=b", "a=b"), ("PORT='a\\n'", "a\\n"), ("PORT=$HOME", "$HOME"),
        ("PORT=\"a'b\"", "a'b"),
        ("PORT=привет мир", "привет мир"),
    ])
    func `a line gives its value`(line: String, value: String) {
        #expect(values(line) == ["PORT": value])
        #expect(problems(line).isEmpty)
    }

    @Test(arguments: ["", " ", "# PORT=1", "  # x", "\r", "\n\n\r\n"])
    func `a line may say nothing`(text: String) {
        #expect(values(text).isEmpty && problems(text).isEmpty)
    }

    @Test(arguments: [
        ("PORT", "NAME=value, a comment or an empty line"),
        ("export", "NAME=value, a comment or an empty line"),
        ("=1", "a name of letters, digits and underscores before the ="),
        ("1PORT=1", "a name of letters, digits and underscores before the ="),
        ("MY PORT=1", "a name of letters, digits and underscores before the ="),
        ("PORT=\"1", "the closing quote on the same line"),
        ("PORT='1\"", "the closing quote on the same line"),
        ("PORT=\"1\"2", "nothing but a comment after the closing quote"),
        ("PORT=\"1\"#2", "nothing but a comment after the closing quote"),
        ("PORT=\"a\\\"b\"", "nothing but a comment after the closing quote"),
        ("PORT=1\u{0}", "UTF-8 text without control characters"),
        ("PORT=\u{1B}[2J", "UTF-8 text without control characters"),
        ("PORT=1\rX=2", "UTF-8 text without control characters"),
    ])
    func `a wrong line is named by its number`(line: String, expected: String) {
        #expect(problems("HOST=a\n\(line)\nX=y") == [".env, line 2: expected \(expected)."])
        #expect(values("HOST=a\n\(line)\nX=y") == ["HOST": "a", "X": "y"])
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        let file = DotEnv([80, 61, 0xFF])
        #expect(file.entries.isEmpty && file.problems.count == 1)
    }

    @Test func `a name stands once, whatever its value`() {
        let text = "SECRET_KEY=\nPORT=1\nSECRET_KEY=hush-hush"
        #expect(
            problems(text) == [
                ".env, line 3: expected each name once; SECRET_KEY stands on line 1 already."
            ]
        )
        #expect(!problems(text).joined().utf8.elementsEqual("hush".utf8))
    }

    @Test func `a name differs from another in letter case`() {
        #expect(values("port=1\nPORT=2") == ["port": "1", "PORT": "2"])
    }

    @Test func `an endless file is refused`() {
        let file = DotEnv([UInt8](repeating: 35, count: DotEnv.sizeLimit + 1))
        #expect(file.problems.map(\.description) == [".env: expected a file of at most 1 MiB."])
    }
}
