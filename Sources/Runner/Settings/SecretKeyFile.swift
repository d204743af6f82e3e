import CLinux
import COpenSSL
import Glibc

/// The development's `SECRET_KEY`: made once, kept in the data directory.
package enum SecretKeyFile {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The key in `directory`/secret-key, made if there is none.
    ///
    /// Made whole beside its place, flushed, then linked to it: of two that start at once one wins
    /// and both read the winner's, and a crash leaves no half of it. For its owner alone (0600).
    package static func load(in directory: String) throws(Failure) -> Secret {
        for _ in 0..<2 {
            if let key = try existing(in: directory) { return key }
            try make(path(in: directory), in: directory)
        }
        throw Failure(description: "\(path(in: directory)): it vanishes as soon as it is made")
    }

    /// The key if it was made already; never makes one.
    package static func existing(in directory: String) throws(Failure) -> Secret? {
        let path = path(in: directory)
        switch FileReader.result(path, limit: 1_024) {
        case .success(let bytes): return try key(from: bytes, path)
        case .failure(let failure) where failure.isMissing: return nil
        case .failure(let failure): throw Failure(description: "\(path): \(failure.reason)")
        }
    }

    private static func path(in directory: String) -> String { directory + "/secret-key" }

    private static func key(from bytes: [UInt8], _ path: String) throws(Failure) -> Secret {
        let text = String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self)
        guard text.utf8.count >= 32 else {
            throw Failure(
                description: "\(path): it is no key of ours (too short). Put the key back, or set "
                    + "SECRET_KEY; without the old one, keys of requests before cannot be compared"
            )
        }
        return Secret(text)
    }

    private static func make(_ path: String, in directory: String) throws(Failure) {
        let draft = "\(path).\(RandomBytes.word())"
        defer { unsafe unlink(draft) }
        let descriptor = unsafe linux_open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(draft) }
        defer { close(descriptor) }
        let text = Array((try random() + "\n").utf8)
        guard unsafe write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0
        else { throw failure(draft) }
        guard unsafe link(draft, path) == 0 || errno == EEXIST else { throw failure(path) }
        let folder = unsafe linux_open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard folder >= 0 else { throw failure(directory) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure(directory) }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(description: "\(path): \(SystemError.text(errno))")
    }

    /// 256 random bits in hexadecimal digits.
    private static func random() throws(Failure) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard unsafe RAND_bytes(&bytes, 32) == 1 else {
            throw Failure(description: "OpenSSL has no random numbers to give")
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
