import Foundation
import Testing

/// What the compiler lets through and a function must not do all the same leaves a symbol: the
/// functions' objects have none of these.
@Suite(.serialized)
struct SymbolAuditTests {
    /// What a function must not do: the name, how it looks in a symbol, and code that does it.
    struct Ban: Sendable, CustomTestStringConvertible {
        let name: String
        let signs: [String]
        let planted: String

        var testDescription: String { name }

        func isBroken(by symbol: String) -> Bool { signs.contains { symbol.contains($0) } }
    }

    private static let bans = [
        Ban(
            name: "start a task",
            signs: ["swift_task_create", "swift_asyncLet", "TaskGroup"],
            planted: "func planted() { Task { } }"
        ),
        Ban(
            name: "start a child task",
            signs: ["swift_asyncLet"],
            planted: "func planted() async -> Int { async let one = 1; return await one }"
        ),
        Ban(
            name: "start a group of tasks",
            signs: ["TaskGroup"],
            planted:
                "func planted() async { await withTaskGroup(of: Void.self) { $0.addTask { } } }"
        ),
        Ban(
            name: "sleep",
            signs: ["5sleep", "5yield"],
            planted: "func planted() async throws { try await Task.sleep(nanoseconds: 1) }"
        ),
        Ban(
            name: "look at a clock",
            signs: ["ContinuousClock", "SuspendingClock", "$ss5ClockP"],
            planted: "func planted() -> ContinuousClock.Instant { ContinuousClock.now }"
        ),
        Ban(
            name: "roll dice",
            signs: [
                "6random2in", "13randomElement", "7shuffle", "SystemRandomNumberGenerator",
                "swift_stdlib_random",
            ],
            planted: "func planted() -> Int { Int.random(in: 0...1) }"
        ),
        Ban(
            name: "shuffle",
            signs: ["7shuffle", "8shuffled"],
            planted: "func planted() -> [Int] { [1, 2].shuffled() }"
        ),
        Ban(
            name: "depend on the process's hash seed",
            signs: ["hashValueSivgTj"],
            planted: "func planted<T: Hashable>(_ value: T) -> Int { value.hashValue }"
        ),
        Ban(
            name: "print",
            signs: ["$ss5print", "debugPrint", "$ss4dump"],
            planted: "func planted() { print(1) }"
        ),
        Ban(
            name: "read the terminal or the command line",
            signs: ["8readLine", "CommandLineO"],
            planted: "func planted() -> [String] { CommandLine.arguments + [readLine() ?? \"\"] }"
        ),
        Ban(
            name: "keep something in a task's local values",
            signs: ["TaskLocal"],
            planted: "enum Planted { @TaskLocal static var value = 1 }"
        ),
    ]

    /// Of C a function may use what the compiler itself writes.
    private static let compilersOwn: Set<String> = [
        "memcpy", "memmove", "memset", "memcmp", "bzero", "__stack_chk_fail",
    ]

    private static func isForeign(_ symbol: String) -> Bool {
        if compilersOwn.contains(symbol) { return false }
        let modules = ["Foundation", "Glibc", "Synchronization", "Dispatch"]
        guard !modules.contains(where: { symbol.contains($0) }) else { return true }
        // The language's own, then what sanitizers and coverage add.
        let own = [
            "$s", "swift_", "_swift", "__swift", "__tsan_", "__asan_", "__llvm_", "_Unwind_Resume",
            "__gcc_personality_v0",
        ]
        return !own.contains { symbol.hasPrefix($0) }
    }

    private static func objects() throws -> [URL] {
        let folder = Toolchain.build.appendingPathComponent("Functions.build")
        return try FileManager.default
            .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "o" }
    }

    @Test func `no function does what the compiler cannot see`() throws {
        let objects = try Self.objects()
        #expect(objects.count >= 1)
        var found = 0
        for object in objects {
            for symbol in try Toolchain.undefinedSymbols(object) {
                found += 1
                let broken = Self.bans.filter { $0.isBroken(by: symbol) }.map(\.name)
                #expect(broken == [], "\(object.lastPathComponent) wants \(symbol)")
                #expect(
                    !Self.isForeign(symbol),
                    "\(object.lastPathComponent) wants \(symbol), which is not the language's"
                )
            }
        }
        #expect(found > 100)
    }

    @Test(arguments: bans)
    func `the audit finds what was planted`(ban: Ban) throws {
        let symbols = try planted(ban.planted)
        #expect(symbols.contains { ban.isBroken(by: $0) }, "\(symbols)")
    }

    @Test(arguments: [
        "import Glibc\nfunc planted() -> Int { time(nil) }",
        "import Glibc\nfunc planted() { _ = open(\"/etc/passwd\", O_RDONLY) }",
        "import Glibc\nfunc planted() { _ = getenv(\"HOME\") }",
        "import FoundationEssentials\nfunc planted() -> Date { Date.now }",
        "import FoundationEssentials\nfunc planted() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: \"/\")) }",
        "import Synchronization\nfunc planted() -> Int { Atomic<Int>(1).load(ordering: .relaxed) + Mutex(1).withLock { $0 } }",
    ])
    func `the audit finds what another module does`(source: String) throws {
        let symbols = try planted(source)
        #expect(symbols.contains { Self.isForeign($0) }, "\(symbols)")
    }

    private func planted(_ source: String) throws -> [String] {
        let folder = try Toolchain.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let object = folder.appendingPathComponent("Planted.o")
        #expect(try Toolchain.compile(source, to: object) == "")
        return try Toolchain.undefinedSymbols(object)
    }
}
