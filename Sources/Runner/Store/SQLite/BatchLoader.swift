internal import Functions

/// Loads what a batch needs, each row once.
final class BatchLoader {
    private let account: Statement
    private let order: Statement
    private let letter: Statement
    private let claim: Statement
    private let key: Statement

    init(_ database: Database) throws(DatabaseError) {
        account = try Statement(
            database,
            "SELECT \(Account.columns), \(ChainHeads.columns) FROM accounts WHERE user_id = ?"
        )
        // An order's id is used by an order of ours, paid or not, and by a withdrawal that was made.
        order = try Statement(
            database,
            """
            SELECT EXISTS (SELECT 1 FROM orders WHERE id = ?1)
            OR EXISTS (SELECT 1 FROM movements WHERE order_id = ?1)
            """
        )
        letter = try Statement(database, SQL.letterByID)
        claim = try Statement(
            database,
            "SELECT \(RegistrationClaim.columns) FROM claims WHERE email = ?"
        )
        key = try Statement(database, "SELECT \(KeyRecord.columns) FROM keys WHERE key = ?")
    }

    func load(
        _ rows: Rows,
        into working: WorkingSet,
        _ heads: inout [UserID: ChainHeads]
    ) throws(DatabaseError) {
        for id in rows.accounts where working.accounts[id] == nil {
            let row = try account.first(id) { (row) throws(DatabaseError) in
                heads[id] = ChainHeads(row)
                return try Account(row)
            }
            working.accounts.updateValue(row, forKey: id)
        }
        for id in rows.orders where working.usedOrders[id] == nil {
            working.usedOrders[id] =
                try order.first(id) { (row) throws(DatabaseError) in row.integer(0) != 0 } ?? false
        }
        for id in rows.letters where working.letters[id] == nil {
            let row = try letter.first(id, read: LetterState.init)
            working.letters.updateValue(row, forKey: id)
        }
        for email in rows.claims where working.claims[email] == nil {
            let row = try claim.first(email, read: RegistrationClaim.init)
            working.claims.updateValue(row, forKey: email)
        }
    }

    func record(of claim: KeyClaim) throws(DatabaseError) -> KeyRecord? {
        try key.first(claim.key, read: KeyRecord.init)
    }
}
