internal import FoundationEssentials

/// A text file of the project, its path relative to the project's folder.
struct TextFile {
    let path: String
    let text: String
    /// What the checks of code read; empty where the file holds no Swift.
    let swift: SwiftText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        swift = SwiftText(path.hasSuffix(".swift") ? text : "")
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var isSource: Bool { isSwift && path.hasPrefix("Sources/") }
}

/// The project's files as they stand in the working tree, without what git ignores.
enum Project {
    private static let ignored: Set<String> = [".git", ".build", "data", "__pycache__", ".venv"]
    /// A file of this size is a recording, which says what it heard.
    private static let recordingSize = 200_000
    private static let binary = [".png", ".pdf", ".ico", ".pyc", ".profraw"]

    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// Read once; a folder that cannot be read fails every test that asks.
    static let files = Result { try read() }

    private static func read() throws -> [TextFile] {
        try paths(below: "").sorted().compactMap { path in
            guard let data = FileManager.default.contents(atPath: "\(root)/\(path)"),
                data.count < recordingSize
            else { return nil }
            return TextFile(path: path, text: String(decoding: data, as: UTF8.self))
        }
    }

    private static func paths(below folder: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")
        return try names.filter { !ignored.contains($0) && !isBinary($0) }.flatMap { name in
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var isDirectory = false
            let exists = FileManager.default.fileExists(
                atPath: "\(root)/\(path)",
                isDirectory: &isDirectory
            )
            guard exists else { return [String]() }
            return isDirectory ? try paths(below: path) : [path]
        }
    }

    private static func isBinary(_ name: String) -> Bool {
        name == ".env" || binary.contains { name.hasSuffix($0) }
    }
}
