import Functions
import Glibc

/// A directory of a test's own, gone with it.
final class TestDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/store-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else { throw StoreUnavailable("no directory could be made") }
        path = made
    }

    var database: String { path + "/data/orders.db" }

    deinit { _ = TestProcess.run(["rm", "-rf", path]) }
}

enum TestProcess {
    /// Runs a program to its end; answers its status.
    static func run(_ words: [String]) -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawnp(&child, words[0], nil, nil, &arguments, environ) == 0 else {
            return -1
        }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status
    }
}
