extension Rule {
    /// Which folders of `Sources` may import a module; a module that is not named is free.
    private static let homes: [String: [String]] = [
        "CSQLite": ["Runner/Store/", "Runner/Commands/"],
        "CPostgreSQL": ["Runner/Store/PostgreSQL/", "Runner/Commands/"],
        "CCurl": ["Runner/Client/", "Runner/Mail/", "Runner/Identity/", "Runner/Commands/"],
        "COpenSSL": ["Runner/Identity/", "Runner/Commands/", "Runner/Settings/SecretKeyFile"],
    ]
    private static let banned: Set<String> = [
        "Foundation", "FoundationNetworking", "FoundationInternationalization", "Dispatch",
    ]

    static let imports = [
        Rule(
            name: "functions import nothing",
            planted: TextFile(path: "Sources/Functions/Planted.swift", text: "import Glibc")
        ) { file in
            guard file.path.hasPrefix("Sources/Functions/") else { return [] }
            return importsOf(file).map {
                Finding(path: file.path, line: $0.line, message: "import")
            }
        },
        Rule(
            name: "nothing imports Foundation, which brings 30 MB of ICU",
            planted: TextFile(
                path: "Sources/Runner/Planted.swift",
                text: "package import Foundation"
            )
        ) { file in
            guard file.isSource else { return [] }
            return importsOf(file).filter { banned.contains($0.module) }.map {
                Finding(path: file.path, line: $0.line, message: "import of \($0.module)")
            }
        },
        Rule(
            name: "a C library stays in its folder",
            planted: TextFile(
                path: "Sources/Runner/Gateway/Planted.swift",
                text: "internal import CSQLite"
            )
        ) { file in
            guard file.isSource else { return [] }
            return importsOf(file).filter { !isHome(file, of: $0.module) }.map {
                Finding(path: file.path, line: $0.line, message: "import of \($0.module)")
            }
        },
    ]

    private static func isHome(_ file: TextFile, of module: String) -> Bool {
        guard let homes = homes[module] else { return true }
        return homes.contains { file.path.hasPrefix("Sources/\($0)") }
    }

    private static func importsOf(_ file: TextFile) -> [(module: String, line: Int)] {
        guard file.isSwift else { return [] }
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var"]
        var found: [(module: String, line: Int)] = []
        for (number, line) in file.swift.code.enumerated() {
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import") else { continue }
            let name = words.dropFirst(keyword + 1).first { !kinds.contains($0) } ?? ""
            found.append((String(name.prefix { $0 != "." }), number + 1))
        }
        return found
    }
}
