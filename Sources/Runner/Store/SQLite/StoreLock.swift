internal import CLinux
internal import Glibc

/// The right to write one SQLite file: held by one process, through a lock on a file beside it.
///
/// The lock's file also says where its owner can be reached. It is never removed: another process
/// may be waiting on the very file.
package final class StoreLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock beside the database file, or says that another process holds it.
    init(beside path: String) throws(StoreOpenError) {
        let lockPath = StoreLock.path(beside: path)
        descriptor = unsafe linux_open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 {
            throw .refused("the lock \(lockPath) cannot be opened: \(SystemError.text(errno))")
        }
        fchmod(descriptor, 0o600)
        if !StoreLock.take(descriptor) {
            // `deinit` closes the descriptor: it runs after this, too.
            let reason = errno
            if reason == EWOULDBLOCK { throw .busy(path: path) }
            throw .refused("the lock \(lockPath) cannot be taken: \(SystemError.text(reason))")
        }
        ftruncate(descriptor, 0)
    }

    /// Given up by name: a child that was just forked may hold the descriptor, too.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// A few times within a moment: `readOwner` of another process may be looking.
    private static func take(_ descriptor: Int32) -> Bool {
        for _ in 0..<10 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if errno != EWOULDBLOCK && errno != EINTR { return false }
            usleep(5_000)
        }
        errno = EWOULDBLOCK
        return false
    }

    /// Says where the owner can be reached, in place of what was said before.
    package func writeOwner(_ text: String) {
        ftruncate(descriptor, 0)
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
        }
    }

    /// What the process that owns the file at this moment says of itself; nil where nobody owns it.
    package static func readOwner(beside path: String) -> String? {
        let descriptor = unsafe linux_open(StoreLock.path(beside: path), O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Whoever gets a shared lock has found no owner.
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    static func path(beside path: String) -> String { path + ".lock" }
}
