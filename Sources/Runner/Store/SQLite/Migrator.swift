internal import Functions

/// One step of the schema: a file of SQL, compiled in.
struct Migration: Sendable {
    let number: Int64
    let name: String
    let sql: String

    static let all = [
        Migration(number: 1, name: "0001-ledger", bytes: PackageResources._001_ledger_sqlite_sql)
    ]

    private init(number: Int64, name: String, bytes: [UInt8]) {
        self.number = number
        self.name = name
        sql = String(decoding: bytes, as: UTF8.self)
    }
}

/// Brings a file's schema up to date, and refuses one that is not ours or from a newer program.
///
/// Each step is one transaction with the row that records it: a crash leaves the old schema or the
/// new one, never one between.
struct Migrator {
    /// "ORDR": the mark by which a file is known as a store of this program.
    static let applicationID: Int64 = 0x4F52_4452

    let database: Database
    let path: String

    func migrate(now: Timestamp) throws {
        let applied = try check()
        for migration in Migration.all.dropFirst(applied) {
            try database.execute("BEGIN IMMEDIATE")
            do throws(DatabaseError) {
                try apply(migration, now)
                try database.execute("COMMIT")
            } catch {
                database.rollBack()
                throw error
            }
        }
    }

    /// Refuses what cannot be used; answers how many steps the file has.
    @discardableResult
    func check() throws -> Int {
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema") ?? 0
        if tables == 0 { return 0 }
        guard try database.integer("PRAGMA application_id") == Migrator.applicationID else {
            throw StoreOpenError.refused("\(path) is a database of another program")
        }
        let rows = try Statement(
            database,
            "SELECT number, name FROM schema_version ORDER BY number",
            isKept: false
        ).all { (row) throws(DatabaseError) in (number: row.integer(0), name: try row.text(1)) }
        for (index, row) in rows.enumerated() {
            guard index < Migration.all.count, Migration.all[index].number == row.number,
                Migration.all[index].name == row.name
            else {
                throw StoreOpenError.refused(
                    """
                    \(path) has the schema step \(row.number) '\(row.name)', which this program \
                    does not know: a newer one has used the file
                    """
                )
            }
        }
        return rows.count
    }

    private func apply(_ migration: Migration, _ now: Timestamp) throws(DatabaseError) {
        try database.execute(
            """
            PRAGMA application_id = \(Migrator.applicationID);
            CREATE TABLE IF NOT EXISTS schema_version (
                number INTEGER PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                applied_at INTEGER NOT NULL
            ) STRICT;
            """
        )
        try database.execute(migration.sql)
        try Statement(database, "INSERT INTO schema_version VALUES (?, ?, ?)", isKept: false)
            .run(migration.number, migration.name, now)
    }
}
