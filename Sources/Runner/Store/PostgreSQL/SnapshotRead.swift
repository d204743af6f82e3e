package import Functions

/// One question that a query asks of its snapshot.
package enum SnapshotRead: Hashable, Sendable {
    case account(UserID)
    case movement(MovementID)
    case order(OrderID)
    case letter(LetterID)
    case registration(RegistrationID)
    case claim(email: String)
    case movements(UserID, behind: MovementID?, limit: Int)
    case orders(Whose, behind: OrderID?, limit: Int)
    case letters(Whose, behind: LetterID?, limit: Int)
}

/// What the database answered to one.
package enum SnapshotAnswer: Sendable {
    case account(Account?)
    case movement(Movement?)
    case order(Order?)
    case letter(LetterState?)
    case registration(Registration?)
    case claim(RegistrationClaim?)
    case movements([Movement])
    case orders([Order])
    case letters([Letter])
}

/// How questions become statements, and results answers.
package protocol SnapshotReader: Sendable {
    func statement(for read: SnapshotRead) -> PostgreSQLStatement

    func answer(
        to read: SnapshotRead,
        _ result: PostgreSQLResult
    ) throws(PostgreSQLError) -> SnapshotAnswer
}
