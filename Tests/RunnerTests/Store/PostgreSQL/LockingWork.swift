import Runner

/// Where works wait until all have come.
final class Meeting: Sendable {
    private let come = Lock(0)
    private let expected: Int

    init(of expected: Int = 2) { self.expected = expected }

    func arrive() { come.withLock { $0 += 1 } }

    var isComplete: Bool { come.withLock { $0 >= expected } }
}

/// Runs some statements, meets the others, and runs the rest.
///
/// Unchecked: used by the database thread, and told how it ended by it.
final class LockingWork: DatabaseWork, @unchecked Sendable {
    let transaction: DatabaseTransaction
    private let first: [PostgreSQLStatement]
    private let second: [PostgreSQLStatement]
    private let meeting: Meeting
    private var hasArrived = false
    private var ended: (@Sendable (PostgreSQLError?) -> Void)?

    init(
        _ first: [PostgreSQLStatement],
        _ second: [PostgreSQLStatement],
        _ meeting: Meeting,
        in transaction: DatabaseTransaction = DatabaseTransaction(.write)
    ) {
        (self.first, self.second, self.meeting) = (first, second, meeting)
        self.transaction = transaction
    }

    /// What failed in it.
    func run(_ thread: TestThread) async -> PostgreSQLError? {
        await withCheckedContinuation { continuation in
            ended = { continuation.resume(returning: $0) }
            thread.thread.submit(self)
        }
    }

    func begin() -> DatabaseStep { .send(first) }

    func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep {
        if !hasArrived { meeting.arrive() }
        hasArrived = true
        return meeting.isComplete ? .commit(second) : .send([PostgreSQLStatement("SELECT 1")])
    }

    func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel {
        switch ending {
        case .success: ended?(nil)
        case .failure(let error): ended?(error)
        }
        return .none
    }
}
