import Foundation

/// The compiler and the symbol lister, as the tests' own process finds them.
enum Toolchain {
    /// Where the build has put the tests, and with them the module `Functions` and its objects.
    static let build: URL = {
        let executable =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(fileURLWithPath: executable ?? CommandLine.arguments[0])
            .deletingLastPathComponent()
    }()

    /// What the compiler says of a source that stands beside `Functions`; empty where it takes it.
    ///
    /// Compiled to an object: some rules of ownership are looked at only then.
    static func compile(_ source: String, to object: URL? = nil) throws -> String {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("Snippet.swift")
        try source.write(to: file, atomically: true, encoding: .utf8)
        let target = object ?? folder.appendingPathComponent("Snippet.o")
        let (status, output) = try run(
            "swiftc",
            [
                "-c", "-parse-as-library", "-swift-version", "6", "-module-name", "Snippet",
                "-enable-upcoming-feature", "NonisolatedNonsendingByDefault",
                "-I", build.appendingPathComponent("Modules").path, file.path, "-o", target.path,
            ]
        )
        return status == 0 ? "" : output.isEmpty ? "the compiler failed without a word" : output
    }

    /// The symbols that an object wants from elsewhere.
    static func undefinedSymbols(_ object: URL) throws -> [String] {
        let (status, output) = try run("nm", ["--undefined-only", "--just-symbols", object.path])
        guard status == 0 else { throw ToolFailed(output: output) }
        return output.split(separator: "\n").map(String.init)
    }

    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("snippet-\(Foundation.UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func run(_ tool: String, _ arguments: [String]) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

struct ToolFailed: Error {
    let output: String
}
