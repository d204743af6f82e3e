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
}

extension TextFile {
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
