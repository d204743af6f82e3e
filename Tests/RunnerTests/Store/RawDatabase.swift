import CSQLite
import Runner

/// A connection without any of the store's care: for tests that look at its file, or spoil it.
final class RawDatabase {
    private let handle: OpaquePointer

    init(_ path: String, creates: Bool = false) throws {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | (creates ? SQLITE_OPEN_CREATE : 0)
        guard sqlite3_open_v2(path, &opened, flags, nil) == SQLITE_OK, let opened else {
            throw Failure(message: "\(path) does not open")
        }
        handle = opened
        sqlite3_busy_timeout(handle, 5_000)
    }

    deinit { sqlite3_close(handle) }

    struct Failure: Error, CustomStringConvertible {
        let message: String
        var description: String { message }
    }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(handle)))
        }
    }

    /// The first column of every row, as text.
    func texts(_ sql: String) throws -> [String] {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(handle)))
        }
        defer { sqlite3_finalize(prepared) }
        var texts: [String] = []
        while sqlite3_step(prepared) == SQLITE_ROW {
            texts.append(sqlite3_column_text(prepared, 0).map { String(cString: $0) } ?? "NULL")
        }
        return texts
    }
}
