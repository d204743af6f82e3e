/// Statements of one transaction in one round trip, and somebody who waits for their results.
///
/// A transaction that lost against another is begun anew, as is one that only reads and whose
/// connection broke.
///
/// Unchecked: made by the one who waits, then used by the database thread alone.
final class DatabaseCall: DatabaseWork, @unchecked Sendable {
    private static let attempts = 10

    let transaction: DatabaseTransaction
    private let statements: [PostgreSQLStatement]
    private let answer: DatabaseAnswer<[PostgreSQLResult]>
    private var attempt = 0

    init(
        _ transaction: DatabaseTransaction,
        _ statements: [PostgreSQLStatement],
        _ answer: DatabaseAnswer<[PostgreSQLResult]>
    ) {
        self.transaction = transaction
        self.statements = statements
        self.answer = answer
    }

    func begin() -> DatabaseStep {
        attempt += 1
        return .commit(statements)
    }

    func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep { .rollBack }

    func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel {
        if case .failure(let error) = ending, isPassing(error), attempt < DatabaseCall.attempts {
            return .later(self, milliseconds: Int64.random(in: 1...(5 << Int64(attempt))))
        }
        answer.give(ending)
        return .none
    }

    private func isPassing(_ error: PostgreSQLError) -> Bool {
        switch error.kind {
        case .refused: error.isConflict
        case .lost, .unknown: transaction.kind == .read && attempt < 3
        case .away, .unexpected: false
        }
    }
}

extension DatabaseThread {
    /// Runs statements in one transaction of their own.
    package func run(
        _ statements: [PostgreSQLStatement],
        in transaction: DatabaseTransaction = DatabaseTransaction(.write)
    ) async throws(PostgreSQLError) -> [PostgreSQLResult] {
        try await answer(of: { DatabaseCall(transaction, statements, $0) })
    }
}
