internal import Functions
internal import Glibc

extension Metrics {
    /// What waits in the outbox of a shared database and how long it is overdue.
    package func watch(outboxOf store: PostgreSQLStore) {
        let gauge = OutboxGauge { await store.outboxNumbers() }
        add { gauge.samples() }
    }
}

extension PostgreSQLStore {
    /// Nil where the database does not tell them now.
    func outboxNumbers() async -> OutboxNumbers? {
        do throws(PostgreSQLError) {
            let results = try await thread.run([OutboxNumbers.statement], in: .init(.read))
            return try results.first?.first.map(OutboxNumbers.init)
        } catch {
            return nil
        }
    }
}

extension OutboxNumbers {
    /// As on SQLite: what is counted has an end.
    static let statement = PostgreSQLStatement(
        """
        SELECT (SELECT count(*) FROM
                (SELECT 1 FROM letters WHERE status = 'queued' LIMIT \(limit)) AS waiting),
            (SELECT min(due_at) FROM letters WHERE status = 'queued'),
            (SELECT count(*) FROM
                (SELECT 1 FROM letters WHERE status = 'failed' LIMIT \(limit)) AS failed)
        """
    )

    init(_ row: PostgreSQLRow) throws(PostgreSQLError) {
        waiting = try row.integer(0)
        oldestDue = try row.optionalMoment(1)
        failed = try row.integer(2)
    }
}

/// The outbox's numbers as they were some seconds ago at most: however many ask, the database is
/// asked once in that time, and nobody waits for it long.
final class OutboxGauge: Sendable {
    typealias Read = @Sendable () async -> OutboxNumbers?

    private struct State {
        var numbers: OutboxNumbers?
        var readAt: Double?
        var isReading = false
    }

    static let seconds: Double = 5
    private static let patienceMilliseconds = 500

    private let read: Read
    private let clock: TokenClock
    private let state = Lock(State())

    init(clock: TokenClock = .system, _ read: @escaping Read) {
        self.clock = clock
        self.read = read
    }

    /// None where they could not be had in time: old ones would tell of a lag that is over.
    func samples() -> [MetricSample] {
        if let gate = begin() { _ = gate.wait(milliseconds: OutboxGauge.patienceMilliseconds) }
        let numbers = state.withLock { isFresh($0) ? $0.numbers : nil }
        return numbers?.samples(now: SystemClock.now()) ?? []
    }

    /// Has them read where they are old; nil where nothing is to be waited for.
    private func begin() -> Gate? {
        let isDue = state.withLock { state in
            guard !state.isReading, !isFresh(state) else { return false }
            state.isReading = true
            return true
        }
        guard isDue else { return nil }
        let gate = Gate()
        Task {
            let numbers = await read()
            let now = clock.steady()
            state.withLock { $0 = State(numbers: numbers, readAt: now) }
            gate.open()
        }
        return gate
    }

    private func isFresh(_ state: State) -> Bool {
        state.readAt.map { clock.steady() - $0 < OutboxGauge.seconds } ?? false
    }
}
