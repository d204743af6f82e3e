internal import Functions
internal import Glibc
internal import Runner
internal import Testing

/// The README's tables say what the code says.
struct ReadmeTests {
    @Test func `every function has its row`() throws {
        let readme = try text("README.md")
        for function in Catalog.functions {
            let declaration = function.declaration
            let row = readme.split(separator: "\n").first {
                $0.hasPrefix("| \(declaration.name) |")
            }
            switch declaration.trigger {
            case .http(let method, let path):
                #expect(
                    row?.contains("`\(method.rawValue) \(path)`") == true,
                    "\(declaration.name)"
                )
            case .event(let type):
                #expect(row?.contains("`\(type)`") == true, "\(declaration.name)")
            }
            #expect(row?.contains("| \(declaration.access) |") == true, "\(declaration.name)")
        }
    }

    @Test func `every setting is named, here and in the example of an environment`() throws {
        let readme = try text("README.md")
        let example = try text(".env.example")
        for setting in SettingTable.all {
            #expect(readme.contains("`\(setting.name)`"))
            #expect(example.contains("\n#\(setting.name)="))
        }
    }

    @Test func `a default of a setting stands in its row`() throws {
        let rows = try text("README.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { row in row.dropFirst(2).split(separator: " | ", maxSplits: 2) }
        var compared = 0
        // A default of several words is said in other words where there is room.
        for setting in SettingTable.all
        where !setting.defaultText.isEmpty && !setting.defaultText.contains(" ") {
            let cells = rows.first { $0.count == 3 && list($0[0]).contains(setting.name) }
            let row = try #require(cells, "\(setting.name) has no row")
            let defaults = list(row[1])
            let place = list(row[0]).firstIndex(of: setting.name) ?? 0
            // One default may be that of all settings of the row.
            #expect(
                defaults[min(place, defaults.count - 1)] == setting.defaultText,
                "\(setting.name)"
            )
            compared += 1
        }
        #expect(compared > 20)
    }

    /// What a cell lists, without its backticks.
    private func list(_ cell: Substring) -> [String] {
        cell.split(separator: ",").map { $0.filter { $0 != "`" && $0 != " " } }
    }

    private func text(_ name: String) throws -> String {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = try #require(fopen("/\(folder)/\(name)", "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
