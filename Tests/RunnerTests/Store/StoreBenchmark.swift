import Functions
import Glibc
import Runner
import Testing

/// Orders per second over the store alone: printed, not judged.
///
/// `STORE_BENCHMARK=1 swift test -c release --filter StoreBenchmark`.
@Suite(.serialized, .enabled(if: getenv("STORE_BENCHMARK") != nil))
struct StoreBenchmark {
    @Test(arguments: [(users: 100, batch: 64), (100, 32), (100, 128), (10_000, 64)])
    func `orders in batches`(users: Int, batch: Int) async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database)) { $0.runsTwice = false }
        defer { test.store.close() }
        let users = await open(users, test)
        let rounds = 600
        var jobs: [[BenchmarkJob]] = []
        for round in 0..<rounds {
            jobs.append(
                (0..<batch).map { index in
                    BenchmarkJob(users[(round * 7_919 + index * 31) % users.count], test.call)
                }
            )
        }
        var waits: [UInt64] = []
        let start = SystemClock.nanoseconds()
        // Two batches are under way, as with clients that wait for their answers.
        var last: BenchmarkRound?
        for round in jobs {
            let begun = SystemClock.nanoseconds()
            let current = BenchmarkRound(round.count)
            for job in round { job.round = current }
            for job in round { test.store.submit(job) }
            last?.wait()
            last = current
            waits.append(SystemClock.nanoseconds() - begun)
        }
        last?.wait()
        let seconds = Double(SystemClock.nanoseconds() - start) / 1e9
        waits.sort()
        let rate = Int(Double(rounds * batch) / seconds)
        let (median, tail) = (waits[waits.count / 2], waits[waits.count * 99 / 100])
        print(
            """
            \(users.count) users, batches of \(batch): \(rate) orders/s, \
            p50 \(median / 1_000) us, p99 \(tail / 1_000) us
            """
        )
    }

    private func open(_ count: Int, _ test: TestStore) async -> [UserID] {
        let users = (0..<count).map { _ in UserID(TestStore.randomUUID()) }
        _ = await test.runAll(OpenAccount.self, users.map { (.init(userID: $0), nil) })
        _ = await test.runAll(
            Deposit.self,
            users.map { (.init(userID: $0, amount: 1_000_000_000), nil) }
        )
        return users
    }
}

/// Waits until as many jobs have ended.
///
/// Unchecked: the semaphore is made for many threads; `left` is the writer's.
private final class BenchmarkRound: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private var left: Int

    init(_ count: Int) {
        left = count
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func end() {
        left -= 1
        if left == 0 { sem_post(semaphore) }
    }

    func wait() { sem_wait(semaphore) }
}

/// An order under a key of its own.
///
/// Unchecked: `round` is set before the job is submitted.
private final class BenchmarkJob: StoreJob, @unchecked Sendable {
    let rows: Rows
    let key: KeyClaim? = TestStore.newKey()
    let requestID: UUID
    let isAbandoned = false
    var round: BenchmarkRound?
    private let input: CreateOrder.Input
    private let call: Call

    init(_ user: UserID, _ call: Call) {
        input = .init(title: "Самовар с чашками на шестерых", price: 7, userID: user)
        self.call = call
        requestID = call.requestID
        rows = CreateOrder.rows(input, call)
    }

    func run(_ transaction: borrowing Transaction) -> StoreVerdict {
        guard let output = try? CreateOrder.handle(input, call, in: transaction) else {
            return .drop(nil)
        }
        return .keep(
            .reply(
                outcome: output.outcome.rawValue,
                reference: CreateOrder.reference(output)
            )
        )
    }

    func finish(_ ending: StoreEnding) { round?.end() }
}
