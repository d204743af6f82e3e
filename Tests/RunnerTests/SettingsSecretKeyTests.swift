import Glibc
import Testing

@testable import Runner

struct SettingsSecretKeyTests {
    private func withDirectory(_ body: (String) throws -> Void) rethrows {
        var template = Array("/tmp/secret-key-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        defer {
            unlink(path + "/secret-key")
            rmdir(path)
        }
        try body(path)
    }

    @Test func `a key is made once, for its owner alone, and nothing is left beside it`() throws {
        try withDirectory { directory in
            let first = try SecretKeyFile.load(in: directory)
            let second = try SecretKeyFile.load(in: directory)
            #expect(first == second && first.value.utf8.count == 64)
            var information = stat()
            #expect(stat(directory + "/secret-key", &information) == 0)
            #expect(information.st_mode & 0o777 == 0o600)
            #expect(
                rmdir(directory) != 0 && unlink(directory + "/secret-key") == 0
                    && rmdir(directory) == 0
            )
        }
    }

    @Test func `many at once agree on one key`() throws {
        withDirectory { directory in
            let keys = Lock<[String]>([])
            let threads = (0..<8).map { _ in
                try? SystemThread.start("key") {
                    let key = try? SecretKeyFile.load(in: directory)
                    keys.withLock { $0.append(key?.value ?? "") }
                }
            }
            for thread in threads.compactMap(\.self) { pthread_join(thread, nil) }
            let found = keys.withLock { $0 }
            #expect(found.count == 8 && Set(found).count == 1 && found.first?.isEmpty == false)
        }
    }

    @Test func `a damaged key is refused, not replaced`() throws {
        try withDirectory { directory in
            let path = directory + "/secret-key"
            let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
            close(descriptor)
            #expect(throws: SecretKeyFile.Failure.self) { try SecretKeyFile.load(in: directory) }
            let bytes = try FileReader.read(path)
            #expect(bytes.isEmpty)
        }
    }

    @Test func `a directory that is not there is told`() {
        #expect(throws: SecretKeyFile.Failure.self) { try SecretKeyFile.load(in: "/nonexistent") }
    }

    @Test func `keys differ by purpose and by secret`() {
        let one = DerivedKeys(Secret("one"))
        let again = DerivedKeys(Secret("one"))
        let two = DerivedKeys(Secret("two"))
        #expect(one.cursor == again.cursor && one.cursor != two.cursor)
        #expect(Set([one.cursor, one.password, one.check]).count == 3)
        #expect(one.managementToken != two.managementToken)
    }
}
