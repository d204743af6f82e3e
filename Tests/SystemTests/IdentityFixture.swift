import Functions
import Glibc
import Runner

/// Drops what is logged.
struct NoLog: Log {
    func write(_ level: LogLevel, _ message: String, _ values: [(name: String, value: String)]) {}
    func isEnabled(_ level: LogLevel) -> Bool { false }
}

/// A directory that is gone with its owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/identity-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/identity"
    }

    deinit { _ = Program.run("rm", ["-rf", path]) }
}

/// The embedded identity provider on a port of its own.
struct IdentityFixture {
    static let publicURL = "http://localhost:8080"

    let provider: IdentityProvider
    let base: String
    private let server: HTTPServer
    private let loops: EventLoops

    init(
        directory: String,
        realmFile: ContiguousArray<UInt8> = IdentityProvider.compiledRealm,
        environment: [String: String] = [:]
    ) throws {
        provider = try IdentityProvider(
            realmFile: realmFile,
            environment: environment,
            publicURL: IdentityFixture.publicURL,
            directory: directory,
            log: NoLog()
        )
        loops = try EventLoops(count: 1, log: NoLog())
        server = HTTPServer(
            name: "identity",
            host: "127.0.0.1",
            port: 0,
            handler: provider,
            loops: loops,
            log: NoLog()
        )
        base = "http://127.0.0.1:\(try server.start().port)/auth"
    }

    func stop() async {
        await server.drain(within: 1_000)
        loops.stop()
    }
}

/// A program of the system, run to its end.
enum Program {
    struct Ending {
        let status: Int32
        let output: String
    }

    static func run(_ name: String, _ arguments: [String]) -> Ending {
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0 else { return Ending(status: -1, output: "no pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
        posix_spawn_file_actions_addclose(&actions, pipes[0])
        defer { posix_spawn_file_actions_destroy(&actions) }
        var words = ([name] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, name, &actions, nil, &words, environ)
        close(pipes[1])
        guard code == 0 else { return Ending(status: code, output: "\(name) does not start") }
        let output = readAll(pipes[0])
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return Ending(status: status, output: output)
    }

    private static func readAll(_ descriptor: Int32) -> String {
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    /// A file's bytes; none where it cannot be read.
    static func contents(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        return descriptor < 0 ? [] : Array(readAll(descriptor).utf8)
    }

    /// A file beside these tests.
    static func script(_ name: String, here: String = #filePath) -> String {
        here.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
    }
}
