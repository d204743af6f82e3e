/// What somebody awaits of the database thread; given once.
///
/// It passes through a lock: the thread sanitizer sees that one orders its making and its reading,
/// which it does not of a continuation that is resumed before it is awaited.
final class DatabaseAnswer<Value: Sendable>: Sendable {
    private let result: Lock<Result<Value, PostgreSQLError>>
    private let continuation: CheckedContinuation<Void, Never>

    fileprivate init(
        _ result: Lock<Result<Value, PostgreSQLError>>,
        _ continuation: CheckedContinuation<Void, Never>
    ) {
        self.result = result
        self.continuation = continuation
    }

    func give(_ ending: Result<Value, PostgreSQLError>) {
        result.withLock { $0 = ending }
        continuation.resume()
    }
}

extension DatabaseThread {
    /// Hands work over and waits for what it gives.
    func answer<Value: Sendable>(
        of work: (DatabaseAnswer<Value>) -> any DatabaseWork
    ) async throws(PostgreSQLError) -> Value {
        let closed = PostgreSQLError(.away, "the store is closed")
        let result = Lock(Result<Value, PostgreSQLError>.failure(closed))
        await withCheckedContinuation { continuation in
            let answer = DatabaseAnswer(result, continuation)
            if !submit(work(answer)) { answer.give(.failure(closed)) }
        }
        return try result.withLock { $0 }.get()
    }
}
