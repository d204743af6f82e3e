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
        movementsOfUser = try prepare(SQL.movementsOfUser)
        ordersOfUser = try prepare(SQL.orders(Order.columns, ""))
        lettersOfUser = try prepare(
            SQL.orders(Letter.columns, "CROSS JOIN letters l USING (id)")
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

    func movements(of userID: UserID, behind last: MovementID?, limit: Int) -> [Movement] {
        page(movementsOfUser, userID, last?.uuid, limit, Movement.init)
    }

    func orders(_ whose: Whose, behind last: OrderID?, limit: Int) -> [Order] {
        switch whose {
        case .user(let userID): page(ordersOfUser, userID, last?.uuid, limit, Order.init)
        case .everybody: page(allOrders, last?.uuid, limit, Order.init)
        }
    }

    func letters(_ whose: Whose, behind last: LetterID?, limit: Int) -> [Letter] {
        switch whose {
        case .user(let userID): page(lettersOfUser, userID, last?.uuid, limit, Letter.init)
        case .everybody: page(allLetters, last?.uuid, limit, Letter.init)
        }
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
        _ last: UUID?,
        _ limit: Int,
        _ read: (borrowing Row) throws(DatabaseError) -> Value
    ) -> [Value] {
        attempt { () throws(DatabaseError) in
            try statement.all(userID, last, limit, read: read)
        } ?? []
    }

    private func page<Value>(
        _ statement: Statement,
        _ last: UUID?,
        _ limit: Int,
        _ read: (borrowing Row) throws(DatabaseError) -> Value
    ) -> [Value] {
        attempt { () throws(DatabaseError) in
            try statement.all(last ?? UUID(high: .max, low: .max), limit, read: read)
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
