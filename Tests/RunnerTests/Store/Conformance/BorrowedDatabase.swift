import Glibc
import Runner

/// A database that a test has to itself, empty; another test gets it afterwards.
///
/// Making a database takes longer than most tests do.
final class BorrowedDatabase: Sendable {
    private static let spare = Lock([TestDatabase]())
    /// They are dropped with the process.
    private static let isEndAwaited = atexit { BorrowedDatabase.spare.withLock { $0 = [] } } == 0

    let database: TestDatabase

    init() throws {
        precondition(BorrowedDatabase.isEndAwaited)
        database = try BorrowedDatabase.spare.withLock { $0.popLast() } ?? TestDatabase()
    }

    /// One that cannot be emptied is dropped.
    deinit {
        guard (try? empty()) != nil else { return }
        let database = database
        BorrowedDatabase.spare.withLock { $0.append(database) }
    }

    /// What says whose store it is and how far its schema is stays.
    private func empty() throws {
        let raw = try database.raw()
        let tables = try raw.run(
            """
            SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables
            WHERE schemaname = 'public' AND tablename NOT IN ('meta', 'schema_version')
            """
        )
        try raw.run("TRUNCATE \(tables[0][0])")
    }
}
