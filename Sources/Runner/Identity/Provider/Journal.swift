internal import CLinux
internal import Functions
internal import Glibc

/// Why the provider's files cannot be used.
package struct JournalError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let problem: String

    package var description: String { "\(path): \(problem)" }

    static func system(_ path: String, _ action: String) -> JournalError {
        JournalError(path: path, problem: "cannot \(action): \(SystemError.text(errno))")
    }
}

/// The provider's memory on disk: one JSON record a line, each written before its effect is told.
///
/// A line that reached the kernel outlives the process; after `sync` it outlives a power cut. What
/// such a cut leaves half written at the end is cut off on opening. Only one process may have it
/// open; the files are the owner's alone.
struct Journal {
    /// An open file, closed with its last user: a `sync` under way may outlive a compaction.
    final class File: Sendable {
        let descriptor: Int32

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }

        /// What was written is on the disk when this returns.
        func sync() -> Bool { fdatasync(descriptor) == 0 }
    }

    let path: String
    private let directory: File
    private(set) var file: File
    private(set) var size = 0
    /// How many records it was found with.
    let initialCount: Int

    /// Opens or makes the journal, locks it, and hands each of its records on.
    init(
        directory path: String,
        name: String,
        log: any Log,
        _ receive: (IdentityRecord) -> Void
    ) throws(JournalError) {
        self.path = "\(path)/\(name)"
        directory = try Journal.openDirectory(path)
        file = try Journal.open(self.path, O_RDWR | O_CREAT | O_APPEND)
        let bytes = try Journal.read(file, self.path)
        var count = 0
        size = Journal.replay(bytes, self.path, log) { record in
            count += 1
            receive(record)
        }
        initialCount = count
        if size < bytes.count { try cut() }
    }

    /// Cuts off what follows the last whole record: it would hide all that is added.
    private func cut() throws(JournalError) {
        guard ftruncate(file.descriptor, off_t(size)) == 0 else { throw .system(path, "cut") }
    }

    /// Adds records; the caller syncs where they must reach the disk.
    mutating func append(_ records: [IdentityRecord]) throws(JournalError) {
        let bytes = Journal.lines(records)
        do {
            try Journal.write(bytes, to: file, path)
        } catch {
            try cut()
            throw error
        }
        size += bytes.count
    }

    /// Writes the file anew with these records only; the old one stays until the new one is safe.
    mutating func replace(with records: [IdentityRecord]) throws(JournalError) {
        let newPath = path + ".new"
        let bytes = Journal.lines(records)
        let new = try Journal.open(newPath, O_RDWR | O_CREAT | O_TRUNC | O_APPEND)
        try Journal.write(bytes, to: new, newPath)
        guard fsync(new.descriptor) == 0 else { throw .system(newPath, "write to the disk") }
        guard unsafe rename(newPath, path) == 0 else { throw .system(newPath, "rename") }
        guard fsync(directory.descriptor) == 0 else { throw .system(path, "write to the disk") }
        file = new
        size = bytes.count
    }

    private static func lines(_ records: [IdentityRecord]) -> ContiguousArray<UInt8> {
        var bytes = ContiguousArray<UInt8>()
        for record in records {
            var writer = JSONWriter()
            writer.value(record.json)
            bytes.append(contentsOf: writer.bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private static func openDirectory(_ path: String) throws(JournalError) -> File {
        try makeDirectory(path)
        let directory = try open(path, O_RDONLY | O_DIRECTORY)
        guard flock(directory.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw JournalError(path: path, problem: "another process has these identities open")
        }
        return directory
    }

    /// Makes a directory and those above it.
    private static func makeDirectory(_ path: String) throws(JournalError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .system(path, "make the directory")
        }
        try makeDirectory(String(path[..<slash]))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .system(path, "make the directory")
        }
    }

    private static func open(_ path: String, _ flags: Int32) throws(JournalError) -> File {
        let descriptor = unsafe linux_open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path, "open") }
        return File(descriptor)
    }

    private static func write(
        _ bytes: ContiguousArray<UInt8>,
        to file: File,
        _ path: String
    ) throws(JournalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(file.descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system(path, "write") }
            rest = rest.dropFirst(count)
        }
    }

    private static func read(
        _ file: File,
        _ path: String
    ) throws(JournalError) -> ContiguousArray<UInt8> {
        var bytes = ContiguousArray<UInt8>()
        var buffer = ContiguousArray<UInt8>(repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file.descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(path, "read") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// Hands on the records up to the first line that is broken; the length of what was understood.
    ///
    /// A sync writes all that stands before it. So what follows a broken line was never promised to
    /// outlive a power cut; should it be another damage, the file is kept beside for its owner.
    private static func replay(
        _ bytes: ContiguousArray<UInt8>,
        _ path: String,
        _ log: any Log,
        _ receive: (IdentityRecord) -> Void
    ) -> Int {
        var position = 0
        while let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")),
            let json = try? JSON.parse(bytes[position..<end]), let record = IdentityRecord(json)
        {
            receive(record)
            position = end + 1
        }
        if position < bytes.count {
            unsafe link(path, path + ".broken")
            log.warning(
                "the end of the identities' journal cannot be read and is dropped",
                [("bytes", "\(bytes.count - position)"), ("kept", path + ".broken")]
            )
        }
        return position
    }
}
