internal import CLinux
internal import CSQLite
internal import Glibc

/// One connection to SQLite.
///
/// It belongs to one thread at a time (`SQLITE_OPEN_NOMUTEX`); whoever shares it brings a lock.
@safe final class Database {
    enum Access { case readOnly, readWrite }

    /// How many frames the WAL holds, as the last commit here left it.
    var frames: Int { Int(frameCounter.frames) }

    let handle: OpaquePointer
    private let frameCounter = FrameCounter()

    /// Opens a file that is there, or a new database in memory.
    init(path: String, _ access: Access) throws(DatabaseError) {
        Database.configure()
        let mode = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        let flags = mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE
        var opened: OpaquePointer?
        let system = access == .readOnly ? nil : Database.fileSystem
        let code = unsafe sqlite3_open_v2(path, &opened, flags, system)
        guard let handle = unsafe opened else {
            throw DatabaseError(code: SQLITE_NOMEM, message: "out of memory")
        }
        unsafe self.handle = handle
        // From here on `deinit` closes the handle, also where something below fails.
        if code != SQLITE_OK { throw unsafe Database.error(code, handle) }
        unsafe sqlite3_busy_timeout(handle, 5_000)
        unsafe sqlite_shim_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
        unsafe sqlite_shim_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        unsafe sqlite_shim_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0)
        unsafe sqlite_shim_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0)
    }

    /// Statements hold their database, so none is left here.
    deinit { unsafe sqlite3_close(handle) }

    /// Whether no transaction is open: SQLite ends one by itself after some errors.
    var isInAutocommit: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }

    /// Rows that the last statement has changed.
    var changes: Int { Int(unsafe sqlite3_changes64(handle)) }

    /// Runs statements that answer nothing, one after the other.
    func execute(_ sql: String) throws(DatabaseError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw error(code) }
    }

    /// Ends a transaction that may have been ended already.
    func rollBack() {
        if !isInAutocommit { try? execute("ROLLBACK") }
    }

    /// The integer in the first column of the first row.
    func integer(_ sql: String) throws(DatabaseError) -> Int64? {
        let statement = try Statement(self, sql, isKept: false)
        return try statement.first { (row) throws(DatabaseError) in row.integer(0) }
    }

    /// The text in the first column of the first row.
    func text(_ sql: String) throws(DatabaseError) -> String? {
        let statement = try Statement(self, sql, isKept: false)
        return try statement.first { (row) throws(DatabaseError) in row.optionalText(0) } ?? nil
    }

    /// Counts the WAL's frames after each commit, instead of SQLite's own checkpoints.
    func countFrames() {
        let context = unsafe Unmanaged.passUnretained(frameCounter).toOpaque()
        unsafe sqlite3_wal_hook(
            handle,
            { context, _, _, frames in
                guard let context = unsafe context else { return SQLITE_OK }
                let counter = unsafe Unmanaged<FrameCounter>.fromOpaque(context)
                unsafe counter.takeUnretainedValue().frames = frames
                return SQLITE_OK
            },
            context
        )
    }

    /// Copies what the WAL holds into the database file; answers how many frames remain to copy.
    func checkpoint(_ mode: Int32) throws(DatabaseError) -> Int {
        var frames: Int32 = 0
        var copied: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, &frames, &copied)
        if code & 0xFF == SQLITE_BUSY { return Int(max(0, frames - copied)) }
        if code != SQLITE_OK { throw error(code) }
        return Int(max(0, frames - copied))
    }

    func setBusyTimeout(milliseconds: Int32) {
        unsafe sqlite3_busy_timeout(handle, milliseconds)
    }

    func error(_ code: Int32) -> DatabaseError { unsafe Database.error(code, handle) }

    static var version: String { unsafe String(cString: sqlite3_libversion()) }
    static var versionNumber: Int32 { sqlite3_libversion_number() }

    private static func error(_ code: Int32, _ handle: OpaquePointer) -> DatabaseError {
        let extended = unsafe sqlite3_extended_errcode(handle)
        let exact = extended & 0xFF == code & 0xFF ? extended : code
        return DatabaseError(code: exact, message: unsafe String(cString: sqlite3_errmsg(handle)))
    }

    /// The writer's, who syncs each commit; nil is the default one.
    private static var fileSystem: String? {
        #if PLANTED_BUGS
            if PlantedBug.current == .synchronousOff { return nil }
        #endif
        return configured ? GATHERED_LOG_NAME : nil
    }

    /// Before the first connection: SQLite's counting of memory takes a lock at each allocation.
    private static func configure() { _ = configured }

    private static let configured: Bool = {
        sqlite_shim_config_integer(SQLITE_CONFIG_MEMSTATUS, 0)
        sqlite_shim_config_integer(SQLITE_CONFIG_MULTITHREAD, 0)
        return gathered_log_register() == SQLITE_OK
    }()
}

private final class FrameCounter {
    var frames: Int32 = 0
}
