/// A transaction that somebody awaits: what is sent first, what that leads to, and what comes of
/// its last results.
///
/// One that lost against another is begun anew; so is one that only reads and whose connection
/// broke.
///
/// Unchecked: made by the one who waits, then used by the database thread alone.
final class AwaitedWork<Value: Sendable>: DatabaseWork, @unchecked Sendable {
    private static var attempts: Int { 10 }

    let transaction: DatabaseTransaction
    private let first: [PostgreSQLStatement]
    private let then:
        @Sendable ([PostgreSQLResult]) throws(PostgreSQLError) -> (Value, [PostgreSQLStatement])
    private let answer: DatabaseAnswer<Value>
    private var value: Value?
    private var attempt = 0

    init(
        _ transaction: DatabaseTransaction,
        _ first: [PostgreSQLStatement],
        _ answer: DatabaseAnswer<Value>,
        then:
            @escaping @Sendable ([PostgreSQLResult]) throws(PostgreSQLError) -> (
                Value, [PostgreSQLStatement]
            )
    ) {
        self.transaction = transaction
        self.first = first
        self.answer = answer
        self.then = then
    }

    func begin() -> DatabaseStep {
        attempt += 1
        value = nil
        return .send(first)
    }

    func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep {
        let (value, statements) = try then(results)
        self.value = value
        return statements.isEmpty ? .rollBack : .commit(statements)
    }

    func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel {
        switch ending {
        case .success:
            let nothing = PostgreSQLError(.unexpected, "a transaction did not run")
            answer.give(value.map { .success($0) } ?? .failure(nothing))
        case .failure(let error):
            if isPassing(error), attempt < Self.attempts {
                return .later(self, milliseconds: Int64.random(in: 1...(5 << Int64(attempt))))
            }
            answer.give(.failure(error))
        }
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
    /// Sends statements, hands their results over and commits what comes of them; where that is
    /// nothing, nothing is kept.
    func converse<Value: Sendable>(
        _ first: [PostgreSQLStatement],
        in transaction: DatabaseTransaction = DatabaseTransaction(.write),
        then:
            @escaping @Sendable ([PostgreSQLResult]) throws(PostgreSQLError) -> (
                Value, [PostgreSQLStatement]
            )
    ) async throws(PostgreSQLError) -> Value {
        try await answer(of: { AwaitedWork(transaction, first, $0, then: then) })
    }
}
