internal import CLinux
internal import Glibc

/// What the store does with its file by itself: everything else is SQLite's.
///
/// Nothing here may open the database once a connection to it exists in this process: closing any
/// descriptor of the file would drop the locks that SQLite holds on it.
enum StoreFile {
    /// Makes the directory (0700) where it is missing, with those above it.
    static func makeDirectory(of path: String) throws(StoreOpenError) {
        let directory = directory(of: path)
        var built = directory.hasPrefix("/") ? "/" : ""
        for part in directory.split(separator: "/") {
            built += built.isEmpty || built == "/" ? String(part) : "/" + part
            if unsafe mkdir(built, 0o700) != 0 && errno != EEXIST {
                throw .refused(
                    "the directory \(built) cannot be made: \(SystemError.text(errno))"
                )
            }
        }
    }

    /// Makes an empty file of the owner's alone where there is none; answers whether it did.
    static func create(_ path: String) throws(StoreOpenError) -> Bool {
        let descriptor = unsafe linux_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            try syncDirectory(of: path)
            return true
        }
        guard errno == EEXIST else {
            throw .refused("the store \(path) cannot be made: \(SystemError.text(errno))")
        }
        for file in [path, path + "-wal", path + "-shm"] { unsafe chmod(file, 0o600) }
        return false
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    static func isEmpty(_ path: String) -> Bool {
        var information = stat()
        return unsafe stat(path, &information) == 0 && information.st_size == 0
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the name of a new file survive a power cut.
    static func syncDirectory(of path: String) throws(StoreOpenError) {
        let directory = directory(of: path)
        let descriptor = unsafe linux_open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        defer { if descriptor >= 0 { close(descriptor) } }
        if descriptor < 0 || fsync(descriptor) != 0 {
            throw .refused("\(directory) cannot be synced: \(SystemError.text(errno))")
        }
    }

    static func refuseNetworkFileSystem(of path: String) throws(StoreOpenError) {
        let directory = directory(of: path)
        guard let name = NetworkFileSystem.name(holding: directory) else { return }
        throw refusal(of: directory, on: name)
    }

    static func refusal(of directory: String, on fileSystem: String) -> StoreOpenError {
        .refused(
            """
            the store must lie on a disk of this machine, but \(directory) is on \(fileSystem), \
            whose locks cannot be relied upon: set DATA_DIR to another place
            """
        )
    }
}
