internal import Functions

/// Answers queries from one connection, each within one read transaction.
///
/// Used by one thread at a time, like its connection. Every statement has a bound.
final class SQLiteSnapshot: SnapshotSource {
    /// What went wrong within the snapshot at hand; the answers given meanwhile mean nothing.
    private(set) var failure: DatabaseError?

    private let begin: Statement
    private let commit: Statement
    private let accountByUser: Statement
    private let movementByID: Statement
    private let orderByID: Statement
    private let letterByID: Statement
    private let registrationByID: Statement
    private let claimByEmail: Statement
    private let movementsOfUser: Statement
    private let ordersOfUser: Statement
    private let lettersOfUser: Statement
    private let allOrders: Statement
    private let allLetters: Statement
    private let database: Database

    init(_ database: Database) throws(DatabaseError) {
        func prepare(_ sql: String) throws(DatabaseError) -> Statement {
            try Statement(database, sql)
        }
        self.database = database
        begin = try prepare("BEGIN")
        commit = try prepare("COMMIT")
        accountByUser = try prepare("SELECT \(Account.columns) FROM accounts WHERE user_id = ?")
        movementByID = try prepare("SELECT \(Movement.columns) FROM movements WHERE id = ?")
        orderByID = try prepare("SELECT \(Order.columns) FROM orders o WHERE id = ?")
        letterByID = try prepare(SQL.letterByID)
        registrationByID = try prepare(
            "SELECT \(Registration.columns) FROM registrations WHERE id = ?"
        )
        claimByEmail = try prepare(
            "SELECT \(RegistrationClaim.columns) FROM claims WHERE email = ?"
        )
        // Two ranges of an index, merged: nothing is read but what is answered.
        movementsOfUser = try prepare(
            """
            SELECT \(Movement.columns) FROM movements WHERE user_id = ?1 AND version < ?2
            UNION ALL SELECT \(Movement.columnsOfOrder) FROM orders
            WHERE user_id = ?1 AND status = 'paid' AND version < ?2
            ORDER BY version DESC LIMIT ?3
            """
        )
        ordersOfUser = try prepare(
            SQLiteSnapshot.eitherStatus("SELECT \(Order.columns) FROM orders o")
        )
        lettersOfUser = try prepare(
            SQLiteSnapshot.eitherStatus(
                "SELECT \(Letter.columns) FROM orders o CROSS JOIN letters l USING (id)"
            )
        )
        allOrders = try prepare(
            "SELECT \(Order.columns) FROM orders o WHERE id < ? ORDER BY id DESC LIMIT ?"
        )
        allLetters = try prepare(
            """
            SELECT \(Letter.columns) FROM letters l CROSS JOIN orders o USING (id)
            WHERE l.id < ? ORDER BY l.id DESC LIMIT ?
            """
        )
    }

    private static func eitherStatus(_ select: String) -> String {
        """
        \(select) WHERE o.user_id = ?1 AND o.status = 'paid' AND o.version < ?2
        UNION ALL \(select) WHERE o.user_id = ?1 AND o.status = 'rejected' AND o.version < ?2
        ORDER BY 3 DESC LIMIT ?3
        """
    }

    /// Runs the closure over one state of the store; answers what failed, if anything did.
    func read(_ body: (borrowing Snapshot) -> Void) -> DatabaseError? {
        failure = nil
        attempt { () throws(DatabaseError) in try begin.run() }
        guard failure == nil else { return failure }
        body(Snapshot(self))
        attempt { () throws(DatabaseError) in try commit.run() }
        if failure != nil { database.rollBack() }
        return failure
    }

    func account(of userID: UserID) -> Account? { one(accountByUser, userID, Account.init) }

    func movement(_ id: MovementID) -> Movement? { one(movementByID, id, Movement.init) }

    func order(_ id: OrderID) -> Order? { one(orderByID, id, Order.init) }

    func letter(_ id: LetterID) -> LetterState? { one(letterByID, id, LetterState.init) }

    func registration(_ id: RegistrationID) -> Registration? {
        one(registrationByID, id, Registration.init)
    }

    func claim(of email: String) -> RegistrationClaim? {
        one(claimByEmail, email, RegistrationClaim.init)
    }

    func movements(of userID: UserID, below version: Int64?, limit: Int) -> [Movement] {
        page(movementsOfUser, userID, version, limit, Movement.init)
    }

    func orders(of userID: UserID, below version: Int64?, limit: Int) -> [Order] {
        page(ordersOfUser, userID, version, limit, Order.init)
    }

    func letters(of userID: UserID, below version: Int64?, limit: Int) -> [Letter] {
        page(lettersOfUser, userID, version, limit, Letter.init)
    }

    func orders(below id: OrderID?, limit: Int) -> [Order] {
        page(allOrders, id?.uuid, limit, Order.init)
    }

    func letters(below id: LetterID?, limit: Int) -> [Letter] {
        page(allLetters, id?.uuid, limit, Letter.init)
    }

    private func one<Key: Bindable, Value>(
        _ statement: Statement,
        _ key: Key,
        _ read: (borrowing Row) throws(DatabaseError) -> Value
    ) -> Value? {
        attempt { () throws(DatabaseError) in try statement.first(key, read: read) } ?? nil
    }

    private func page<Value>(
        _ statement: Statement,
        _ userID: UserID,
        _ version: Int64?,
        _ limit: Int,
        _ read: (borrowing Row) throws(DatabaseError) -> Value
    ) -> [Value] {
        attempt { () throws(DatabaseError) in
            try statement.all(userID, version ?? .max, limit, read: read)
        } ?? []
    }

    private func page<Value>(
        _ statement: Statement,
        _ below: UUID?,
        _ limit: Int,
        _ read: (borrowing Row) throws(DatabaseError) -> Value
    ) -> [Value] {
        attempt { () throws(DatabaseError) in
            try statement.all(below ?? UUID(high: .max, low: .max), limit, read: read)
        } ?? []
    }

    @discardableResult
    private func attempt<Value>(_ body: () throws(DatabaseError) -> Value) -> Value? {
        guard failure == nil else { return nil }
        do throws(DatabaseError) {
            return try body()
        } catch {
            failure = error
            return nil
        }
    }
}
