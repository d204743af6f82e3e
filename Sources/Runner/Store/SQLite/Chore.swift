internal import Functions

/// What the writer does besides transactions: the outbox's own bookkeeping.
protocol Chore: AnyObject, Sendable {
    /// On the writer's thread, within a batch. Called again where a batch is repeated.
    func run(_ outbox: OutboxTable) throws(DatabaseError)

    /// After the commit, or instead of it with what failed.
    func finish(_ failure: StoreUnavailable?)
}

/// A chore that somebody awaits.
///
/// Unchecked, because the compiler does not see that `result` is used on the writer's thread only.
final class AwaitedChore<Result: Sendable>: Chore, @unchecked Sendable {
    typealias Answer = Swift.Result<Result, StoreUnavailable>

    private let body: @Sendable (OutboxTable) throws(DatabaseError) -> Result
    private let continuation: CheckedContinuation<Answer, Never>
    private var result: Result?

    init(
        _ continuation: CheckedContinuation<Answer, Never>,
        _ body: @escaping @Sendable (OutboxTable) throws(DatabaseError) -> Result
    ) {
        self.continuation = continuation
        self.body = body
    }

    func run(_ outbox: OutboxTable) throws(DatabaseError) { result = try body(outbox) }

    func finish(_ failure: StoreUnavailable?) {
        if failure == nil, let result {
            continuation.resume(returning: .success(result))
        } else {
            let failure = failure ?? StoreUnavailable("the writer did not run")
            continuation.resume(returning: .failure(failure))
        }
    }
}
