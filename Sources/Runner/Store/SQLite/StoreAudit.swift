internal import Functions

/// Verifies a whole ledger: sums, balances, chains of versions, and that what belongs to an order is
/// there, once.
///
/// Only reads; runs beside the service and on copies. Rows are read in slices, each one snapshot of
/// its own, so that none holds the WAL for long: what a slice compares lies within it, and the rest
/// of the history never changes. Two looks take one snapshot of the whole file each, since SQLite
/// has them no other way: its check of the pages and that of the references, which come first. The
/// WAL grows by what is written meanwhile, and begins anew behind them.
package final class StoreAudit {
    /// One thing that is wrong.
    package struct Finding: Sendable, Equatable, CustomStringConvertible {
        /// Which rule it breaks: a fixed word or two.
        package let rule: String
        package let detail: String

        package var description: String { "\(rule): \(detail)" }
    }

    /// What was looked at, and what was found.
    package struct Report: Sendable, Equatable {
        /// At most `findingLimit` of them.
        package internal(set) var findings: [Finding] = []
        package internal(set) var findingCount = 0
        package internal(set) var accounts = 0
        package internal(set) var movements = 0
        package internal(set) var orders = 0
        package internal(set) var keys = 0
        /// Minus what was paid in; what orders have paid; what users hold: their sum is zero.
        package internal(set) var outside: Int64 = 0
        package internal(set) var shop: Int64 = 0
        package internal(set) var users: Int64 = 0

        mutating func add(_ rule: String, _ detail: String) {
            findingCount += 1
            guard findings.count < StoreAudit.findingLimit else { return }
            findings.append(Finding(rule: rule, detail: detail))
        }
    }

    /// More are counted and not told.
    package static let findingLimit = 100

    /// Rows that one snapshot covers at most, but for an account's own history.
    static let slice = 2_000
    /// The id (?1) behind which a slice begins; every id is behind none.
    static let after = "coalesce(?1, x'')"

    let database: Database
    var report = Report()

    private init(_ database: Database) { self.database = database }

    /// What is wrong with the file is in the report; throws where it is no ledger of this program.
    package static func run(_ path: String) throws(StoreOpenError) -> Report {
        let database = try openForReading(path)
        let audit = StoreAudit(database)
        do throws(DatabaseError) {
            try audit.check()
        } catch {
            audit.find("file", "it cannot be read on: \(error)")
        }
        return audit.report
    }

    /// A connection that only reads a store that is there.
    static func openForReading(_ path: String) throws(StoreOpenError) -> Database {
        guard StoreFile.exists(path) else { throw .missing(path: path) }
        do {
            let database = try StoreOpening.openReader(path)
            guard try Migrator(database: database, path: path).check() == Migration.all.count else {
                throw StoreOpenError.refused(
                    "\(path) has an older schema: start the service once, which brings it up to date"
                )
            }
            return database
        } catch let error as StoreOpenError {
            throw error
        } catch {
            throw .refused("the store \(path) cannot be read: \(error)")
        }
    }

    func find(_ rule: String, _ detail: String) { report.add(rule, detail) }

    /// Runs the closure over one snapshot.
    func snapshot<Result>(
        _ body: () throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        try database.execute("BEGIN")
        do throws(DatabaseError) {
            let result = try body()
            try database.execute("COMMIT")
            return result
        } catch {
            database.rollBack()
            throw error
        }
    }

    private func check() throws(DatabaseError) {
        try checkFile()
        try checkAccounts()
        try checkOrders()
        try checkKeys()
        try checkRegistrations()
        let sum = report.outside + report.shop + report.users
        if sum != 0 { find("sum", "all accounts together hold \(sum), not 0") }
    }

    private func checkFile() throws(DatabaseError) {
        let integrity = try Statement(
            database,
            "PRAGMA integrity_check(\(StoreAudit.findingLimit))",
            isKept: false
        )
        for text in try integrity.all(read: { (row) throws(DatabaseError) in try row.text(0) })
        where text != "ok" {
            find("file", text)
        }
        let references = try Statement(database, "PRAGMA foreign_key_check", isKept: false)
        try references.each { (row) throws(DatabaseError) in
            let (table, parent) = (try row.text(0), try row.text(2))
            find("reference", "a row of \(table) names one of \(parent) that is not there")
        }
    }

    private func checkRegistrations() throws(DatabaseError) {
        let statement = try Statement(
            database,
            """
            SELECT r.id, a.created_at IS r.account_created_at
            FROM registrations r LEFT JOIN accounts a USING (user_id)
            WHERE r.id > \(StoreAudit.after) ORDER BY r.id LIMIT ?2
            """
        )
        try eachSlice { (after) throws(DatabaseError) in
            try statement.all(after, StoreAudit.slice) { (row) throws(DatabaseError) in
                let id = try row.uuid(0)
                if row.integer(1) != 1 { find("registration", "\(id) does not fit its account") }
                return id
            }
        }
    }

    /// Runs the closure, each time within one snapshot, from the id on where it ended before.
    func eachSlice(
        _ read: (_ after: UUID?) throws(DatabaseError) -> [UUID]
    ) throws(DatabaseError) {
        var last: UUID?
        repeat {
            let ids = try snapshot { () throws(DatabaseError) in try read(last) }
            last = ids.count < StoreAudit.slice ? nil : ids.last
        } while last != nil
    }
}
