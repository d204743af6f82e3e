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
