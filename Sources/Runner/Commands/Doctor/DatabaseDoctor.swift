import CLinux
import CSQLite
import Glibc

/// The store: SQLite's version and the file's settings.
struct DatabaseDoctor {
    let settings: Settings

    func findings() async -> [DoctorFinding] {
        switch settings.database {
        case .sqlite(let path): findings(ofFile: path)
        case .postgresql(let url):
            await PostgreSQLDoctor(settings: settings, url: url).findings()
        }
    }

    private func findings(ofFile path: String) -> [DoctorFinding] {
        var found = [
            DatabaseDoctor.version(sqlite3_libversion_number(), Version.sqlite),
            fileSystem(of: path),
        ]
        var information = stat()
        guard unsafe stat(path, &information) == 0 else {
            return found + [
                errno == ENOENT
                    ? .fine("\(Found.quoted(path)) is not there yet; runner serve makes it")
                    : .failure(
                        "\(Found.quoted(path)): \(SystemError.text(errno))",
                        "Give the service's user access to it."
                    )
            ]
        }
        found.append(
            information.st_mode & 0o077 == 0
                ? .fine("\(Found.quoted(path)) is its owner's alone")
                : .failure("\(Found.quoted(path)) can be read by others", "chmod 600 \(path)")
        )
        return found + open(path)
    }

    /// One connection writes and checkpoints, so that the bug is worth a word and no more.
    static func version(_ number: Int32, _ text: String) -> DoctorFinding {
        StoreOpening.hasResetBug(number)
            ? .fine(
                "SQLite \(text): has the WAL-reset bug, which one writing connection never meets"
            )
            : .fine("SQLite \(text)")
    }

    private func fileSystem(of path: String) -> DoctorFinding {
        let folder = StoreFile.directory(of: path)
        if let name = NetworkFileSystem.name(holding: folder) {
            return DatabaseDoctor.refusal(of: folder, on: name)
        }
        return StoreFile.exists(folder)
            ? .fine("the database is on a local file system")
            : .fine("the database's directory is not there yet")
    }

    static func refusal(of folder: String, on fileSystem: String) -> DoctorFinding {
        .failure(
            "\(Found.quoted(folder)) is on \(fileSystem), no disk of this machine",
            "Set DATA_DIR to a local disk: SQLite's locks and flushes do not hold there."
        )
    }

    private func open(_ path: String) -> [DoctorFinding] {
        var handle: OpaquePointer?
        defer { unsafe sqlite3_close(handle) }
        guard unsafe sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK,
            let mode = unsafe text(handle, "PRAGMA journal_mode"),
            let tables = unsafe text(handle, "SELECT count(*) FROM sqlite_schema")
        else {
            let reason = unsafe String(cString: sqlite3_errmsg(handle))
            return [
                .failure(
                    "\(Found.quoted(path)) cannot be read: \(reason)",
                    "If it is damaged, put a backup in its place and run: runner audit"
                )
            ]
        }
        let journal: DoctorFinding =
            mode == "wal"
            ? .fine("its journal is a write-ahead log")
            : .failure("its journal mode is \(mode)", "Start runner serve once: it turns WAL on.")
        return [
            journal, .fine("its schema has \(tables) tables and indexes; runner audit checks rows"),
        ]
    }

    private func text(_ handle: OpaquePointer?, _ query: String) -> String? {
        var statement: OpaquePointer?
        defer { unsafe sqlite3_finalize(statement) }
        guard unsafe sqlite3_prepare_v2(handle, query, -1, &statement, nil) == SQLITE_OK,
            unsafe sqlite3_step(statement) == SQLITE_ROW,
            let value = unsafe sqlite3_column_text(statement, 0)
        else { return nil }
        return unsafe String(cString: value)
    }
}
