internal import Functions

/// Verifies a whole ledger on PostgreSQL, as `StoreAudit` does a file: sums, balances, versions
/// without a gap, and that what belongs to an order is there, once.
///
/// Only reads; runs beside the service. The database works history through, slice by slice, each one
/// snapshot: what a slice compares lies within it, and the rest of the history never changes.
package final class PostgreSQLAudit {
    /// Accounts, orders or keys that one statement covers.
    static let slice = 500

    let thread: DatabaseThread
    var report = StoreAudit.Report()

    private init(_ thread: DatabaseThread) { self.thread = thread }

    package static func run(
        _ database: DatabaseOptions
    ) async throws(StoreOpenError) -> StoreAudit.Report {
        try await DatabaseVisit.run(database) { (thread) async throws(PostgreSQLError) in
            let audit = PostgreSQLAudit(thread)
            try await audit.check()
            return audit.report
        }
    }

    func find(_ rule: String, _ detail: String) { report.add(rule, detail) }

    /// Runs a statement (`$1` the id to begin behind, `$2` the slice, `$3` where there is one) from
    /// id to id, and reads each of its rows, which begin with theirs.
    func eachSlice(
        _ sql: String,
        _ further: [PostgreSQLValue] = [],
        _ read: (PostgreSQLRow) throws(PostgreSQLError) -> Void
    ) async throws(PostgreSQLError) {
        var last: UUID? = UUID(high: 0, low: 0)
        while let after = last {
            let values = [.uuid(after), .integer(Int64(PostgreSQLAudit.slice))] + further
            let result = try await ask(PostgreSQLStatement(sql, values, expecting: nil))
            last = nil
            for index in 0..<result.count {
                try read(result[index])
                if result.count == PostgreSQLAudit.slice { last = try result[index].uuid(0) }
            }
        }
    }

    /// How many rows there are of something that should not be there.
    func count(_ sql: String) async throws(PostgreSQLError) -> Int64 {
        try await ask(PostgreSQLStatement(sql)).first?.integer(0) ?? 0
    }

    private func ask(
        _ statement: PostgreSQLStatement
    ) async throws(PostgreSQLError) -> PostgreSQLResult {
        var transaction = DatabaseTransaction(.read)
        transaction.statementMilliseconds = 600_000
        transaction.totalMilliseconds = 660_000
        guard let result = try await thread.run([statement], in: transaction).first else {
            throw PostgreSQLError(.unexpected, "a statement has no result")
        }
        return result
    }

    private func check() async throws(PostgreSQLError) {
        try await checkAccounts()
        try await checkOrders()
        try await checkKeys()
        try await checkReferences()
        let sum = report.outside + report.shop + report.users
        if sum != 0 { find("sum", "all accounts together hold \(sum), not 0") }
    }

    /// The schema binds these; a database that was restored in parts may be without.
    private func checkReferences() async throws(PostgreSQLError) {
        for (table, parent, column) in [
            ("movements", "accounts", "user_id"), ("orders", "accounts", "user_id"),
            ("registrations", "accounts", "user_id"), ("letters", "orders", "id"),
        ] {
            let lost = try await count(
                """
                SELECT count(*) FROM \(table) c LEFT JOIN \(parent) p USING (\(column))
                WHERE p.\(column) IS NULL
                """
            )
            if lost > 0 { find("reference", "\(lost) rows of \(table) name none of \(parent)") }
        }
        let unfit = try await count(
            """
            SELECT count(*) FROM registrations r JOIN accounts a USING (user_id)
            WHERE a.created_at <> r.account_created_at
            """
        )
        if unfit > 0 { find("registration", "\(unfit) of them do not fit their accounts") }
    }
}
