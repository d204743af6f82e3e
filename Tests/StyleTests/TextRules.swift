extension Rule {
    /// Rules for every text file.
    ///
    /// Their words are put together here, or this file would break them.
    static let text = [
        absent("TO" + "DO", why: "what is left to do stands in no file"),
        absent("FIX" + "ME", why: "what is left to do stands in no file"),
        absent("/wo" + "rk/", why: "a path of one machine"),
        absent("/ro" + "ot/", why: "a path of one machine"),
        absent("DESIGN" + ".md", why: "the project stands alone"),
        absent("pypi" + ".org", why: "a registry's host"),
        absent("deb." + "debian.org", why: "a registry's host"),
        absent("Clau" + "de", why: "the project speaks of itself alone"),
        absent("Anthro" + "pic", why: "the project speaks of itself alone"),
        absent("Copi" + "lot", why: "the project speaks of itself alone"),
        Rule(
            name: "a text ends with one line end and has no blank at a line's end",
            planted: TextFile(path: "docs/planted.txt", text: "a line \n")
        ) { file in
            guard !file.path.hasSuffix(".svg"), !file.path.hasSuffix(".eml"), !file.text.isEmpty
            else { return [] }
            return file.lines.enumerated().compactMap { number, line in
                guard line.last == " " || line.last == "\t" else { return nil }
                return Finding(path: file.path, line: number + 1, message: "a blank at the end")
            }
        },
    ]

    /// What is built and shipped is the same for every processor.
    static let processors = [
        Rule(
            name: "no source and nothing in deploy names a processor's architecture",
            planted: TextFile(path: "deploy/Dockerfile", text: "FROM --platform=linux/arm64 debian")
        ) { file in
            let folders = ["Sources/", "deploy/"]
            guard folders.contains(where: file.path.hasPrefix) else { return [] }
            let names = ["amd64", "x86_64", "x86-64", "arm64", "aarch64", "#if arch("]
            return file.lines.enumerated().compactMap { number, line in
                guard let name = names.first(where: line.contains) else { return nil }
                return Finding(path: file.path, line: number + 1, message: name)
            }
        }
    ]

    private static func absent(_ word: String, why: String) -> Rule {
        Rule(
            name: "\(word) stands nowhere: \(why)",
            planted: TextFile(path: "docs/planted.md", text: "see \(word)x")
        ) { file in
            file.lines.enumerated().compactMap { number, line in
                guard line.contains(word) else { return nil }
                return Finding(path: file.path, line: number + 1, message: "\(word): \(why)")
            }
        }
    }
}
