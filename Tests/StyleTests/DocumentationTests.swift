internal import Testing

struct DocumentationTests {
    @Test func `the worked example is the one that is compiled`() throws {
        let files = try Project.files.get()
        let document = try #require(files.first { $0.path == "docs/functions.md" })
        let compiled = try #require(
            files.first { $0.path == "Tests/FunctionsTests/WorkedExample.swift" }
        )
        let blocks = document.blocks(of: "swift")

        #expect(blocks.count == 2)
        #expect(blocks.allSatisfy(compiled.text.contains))
    }

    @Test func `what the documents link to is there`() throws {
        let files = try Project.files.get()
        let paths = Set(files.map(\.path))
        let documents = files.filter { $0.path.hasSuffix(".md") }
        let missing = documents.flatMap { document in
            document.links.filter { !paths.contains($0) }.map { "\(document.path): \($0)" }
        }

        #expect(documents.contains { $0.links.contains("docs/order.svg") })
        #expect(missing.isEmpty)
    }

    @Test func `what the README shows its promises by is there`() throws {
        let files = try Project.files.get()
        let readme = try #require(files.first { $0.path == "README.md" })
        let bars = try #require(files.first { $0.path == "Tests/SystemTests/bars/__main__.py" })
        let rows = readme.promises
        let proofs = Proofs(files: files.map(\.path), bars: bars.text)

        #expect(rows.map(\.number) == Array(1...10))
        #expect(rows.flatMap(\.proofs.bars).count > 10)
        #expect(rows.allSatisfy { !$0.proofs.bars.isEmpty || !$0.proofs.names.isEmpty })
        #expect(rows.flatMap { proofs.missing(of: $0.proofs) } == [])
        let planted = (bars: [1, 2], names: ["flow.py", "NoTests", "no.py", "runner audit"])
        #expect(proofs.missing(of: planted) == ["bar 2", "NoTests", "no.py"])
    }
}

/// What a promise can be shown by: a bar, a script or folder beside it, or a file of Swift tests.
private struct Proofs {
    let files: [String]
    /// The text that has a line `("NUMBER", …` for each.
    let bars: String

    func missing(of proofs: (bars: [Int], names: [String])) -> [String] {
        proofs.bars.filter { !bars.contains("\n    (\"\($0)\", ") }.map { "bar \($0)" }
            + proofs.names.filter { !isThere($0) }
    }

    private func isThere(_ name: String) -> Bool {
        if name.hasPrefix("runner ") { return true }
        return files.contains { path in
            path.hasPrefix("Tests/SystemTests/\(name)/") || path == "Tests/SystemTests/\(name)"
                || path.hasPrefix("Tests/") && path.hasSuffix("/\(name).swift")
        }
    }
}

extension TextFile {
    /// The rows of the table of promises, with what each is shown by.
    var promises: [(number: Int, proofs: (bars: [Int], names: [String]))] {
        lines.compactMap { line in
            let cells = line.split(separator: " | ")
            guard cells.count == 3, let number = Int(cells[0].dropFirst(2)) else { return nil }
            let pieces = cells[2].split(separator: "`", omittingEmptySubsequences: false)
            let named = pieces.indices.filter { $0 % 2 == 1 }.map { String(pieces[$0]) }
            let said = pieces.indices.filter { $0 % 2 == 0 }.map { pieces[$0] }
            let bars = said.flatMap { $0.split { !$0.isNumber } }.compactMap { Int($0) }
            return (number, (bars, named))
        }
    }

    /// The fenced blocks of a language, without their fences.
    func blocks(of language: String) -> [String] {
        text.split(separator: "\n```\(language)\n").dropFirst().compactMap {
            $0.split(separator: "\n```").first.map { $0 + "\n" }
        }
    }

    /// The files that a Markdown text links to, relative to the project's folder.
    var links: [String] {
        let folder = path.contains("/") ? path.prefix { $0 != "/" } + "/" : ""
        return text.split(separator: "](").dropFirst().compactMap { rest in
            let target = rest.prefix { $0 != ")" && $0 != "#" }
            guard !target.isEmpty, !target.contains("://") else { return nil }
            return target.hasPrefix("../") ? String(target.dropFirst(3)) : folder + target
        }
    }
}
