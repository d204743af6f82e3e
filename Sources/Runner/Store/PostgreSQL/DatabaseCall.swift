/// Statements of one transaction in one round trip, and somebody who waits for their results.
///
/// A transaction that lost against another is begun anew, as is one that only reads and whose
/// connection broke.
///
/// Unchecked: made by the one who waits, then used by the database thread alone.
final class DatabaseCall: DatabaseWork, @unchecked Sendable {
    typealias Answer = Result<[PostgreSQLResult], PostgreSQLError>

    private static let attempts = 10

    let transaction: DatabaseTransaction
    private let statements: [PostgreSQLStatement]
    private let continuation: CheckedContinuation<Answer, Never>
    private var attempt = 0

    init(
        _ transaction: DatabaseTransaction,
        _ statements: [PostgreSQLStatement],
        _ continuation: CheckedContinuation<Answer, Never>
    ) {
        self.transaction = transaction
        self.statements = statements
        self.continuation = continuation
    }

    func begin() -> DatabaseStep {
        attempt += 1
        return .commit(statements)
    }

    func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep { .rollBack }

    func finish(_ ending: Answer) -> DatabaseSequel {
        if case .failure(let error) = ending, isPassing(error), attempt < DatabaseCall.attempts {
            return .later(self, milliseconds: Int64.random(in: 1...(5 << Int64(attempt))))
        }
        continuation.resume(returning: ending)
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
        let answer = await withCheckedContinuation { continuation in
            let call = DatabaseCall(transaction, statements, continuation)
            if !submit(call) {
                continuation.resume(
                    returning: .failure(PostgreSQLError(.away, "the store is closed"))
                )
            }
        }
        return try answer.get()
    }
}
