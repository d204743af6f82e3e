internal import Functions

/// Opens the connections of a store, one check after the other.
package struct StoreOpening {
    /// The writer's connection, and the right to write.
    struct Opened {
        let database: Database
        let lock: StoreLock?
        let path: String
        let isInMemory: Bool
    }

    let options: SQLiteOptions

    func open() throws(StoreOpenError) -> Opened {
        switch options.place {
        case .memory: try open(":memory:", lock: nil)
        case .file(let path): try openFile(path)
        }
    }

    /// A connection that can only read.
    static func openReader(_ path: String) throws(DatabaseError) -> Database {
        let database = try Database(path: path, .readOnly)
        try database.execute(
            """
            PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;
            PRAGMA cache_size = -1024;
            """
        )
        return database
    }

    /// Brings a file's schema up to date and lets the file go: how many steps that took.
    static func migrate(_ path: String, now: Timestamp) throws -> Int {
        try StoreFile.makeDirectory(of: path)
        try StoreFile.refuseNetworkFileSystem(of: path)
        let lock = try StoreLock(beside: path)
        defer { withExtendedLifetime(lock) {} }
        _ = try StoreFile.create(path)
        let database = try Database(path: path, .readWrite)
        let migrator = Migrator(database: database, path: path)
        let applied = try migrator.check()
        try set(database)
        try migrator.migrate(now: now)
        return Migration.all.count - applied
    }

    private func openFile(_ path: String) throws(StoreOpenError) -> Opened {
        try StoreFile.makeDirectory(of: path)
        try StoreFile.refuseNetworkFileSystem(of: path)
        #if PLANTED_BUGS
            let lock = PlantedBug.current == .noLock ? nil : try StoreLock(beside: path)
        #else
            let lock = try StoreLock(beside: path)
        #endif
        _ = try StoreFile.create(path)
        warnOfResetBug()
        return try open(path, lock: lock)
    }

    private func open(_ path: String, lock: StoreLock?) throws(StoreOpenError) -> Opened {
        do {
            let database = try Database(path: path, .readWrite)
            let migrator = Migrator(database: database, path: path)
            // Before anything is written: the file may be another program's.
            try migrator.check()
            try StoreOpening.set(database)
            try assertSettings(database)
            try migrator.migrate(now: options.now())
            try StoreIdentity(currency: options.currency, secretKey: options.secretKey)
                .check(database, path: path)
            try OutboxTable(database).dropLeases(now: options.now())
            #if PLANTED_BUGS
                try PlantedBug.disarm(database)
            #endif
            return Opened(
                database: database,
                lock: lock,
                path: path,
                isInMemory: options.place == .memory
            )
        } catch let error as StoreOpenError {
            throw error
        } catch {
            throw .refused("the store \(path) cannot be opened: \(error)")
        }
    }

    /// The page size counts before the first table only; a small cache suits this SQLite, which
    /// scans it whole when a page of an index splits.
    private static func set(_ database: Database) throws(DatabaseError) {
        try database.execute(
            """
            PRAGMA page_size = 1024;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA recursive_triggers = ON;
            PRAGMA cell_size_check = ON;
            PRAGMA mmap_size = 0;
            PRAGMA cache_size = -4096;
            PRAGMA temp_store = MEMORY;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA journal_size_limit = \(StoreOpening.journalSizeLimit);
            """
        )
        database.countFrames()
    }

    /// Bytes of the WAL that stay when it begins anew: written over, not given back.
    static let journalSizeLimit: Int64 = 64 << 20

    /// What the promises rest upon is read back: a setting that SQLite does not take is no error
    /// of its own.
    private func assertSettings(_ database: Database) throws {
        let wanted: [(name: String, value: Int64)] = [
            ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1),
            ("trusted_schema", 0), ("cell_size_check", 1), ("mmap_size", 0),
            ("busy_timeout", 5_000), ("journal_size_limit", StoreOpening.journalSizeLimit),
        ]
        for (name, value) in wanted {
            let found = try database.integer("PRAGMA \(name)")
            // A build without memory maps has no such setting.
            if found == value || (name == "mmap_size" && found == nil) { continue }
            throw StoreOpenError.refused(
                "SQLite's setting \(name) is \(found ?? -1) where \(value) is needed"
            )
        }
        let mode = try database.text("PRAGMA journal_mode")
        guard options.place == .memory || mode == "wal" else {
            throw StoreOpenError.refused("SQLite's journal mode is \(mode ?? "none"), not WAL")
        }
        options.log.info(
            "The store's settings hold",
            [("sqlite", Database.version), ("synchronous", "FULL"), ("journal", mode ?? "none")]
        )
    }

    private func warnOfResetBug() {
        guard StoreOpening.hasResetBug(Database.versionNumber) else { return }
        options.log.warning(
            """
            This SQLite can damage a file that two connections write or checkpoint at once; one \
            connection of this process does both, and the lock keeps other processes away
            """,
            [("sqlite", Database.version), ("fixed", "3.51.3")]
        )
    }

    /// Whether two connections that write or checkpoint at once can damage the file.
    ///
    /// The bug came with 3.7.0 and was fixed in 3.51.3, 3.50.7 and 3.44.6.
    package static func hasResetBug(_ version: Int32) -> Bool {
        switch version {
        case 3_044_006..<3_045_000, 3_050_007..<3_051_000: false
        case 3_007_000..<3_051_003: true
        default: false
        }
    }
}
