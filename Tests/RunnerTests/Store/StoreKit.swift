import Functions
import Runner

/// A clock that tests set.
final class ManualClock: Sendable {
    private let time = Lock(Int64(1_764_000_000_000))

    var now: Timestamp { time.withLock { Timestamp(milliseconds: $0) } }

    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}

/// Keeps what was said, for tests to look at.
final class KeptLog: Log {
    private let lines = Lock([String]())

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    func isEnabled(_ level: LogLevel) -> Bool { true }

    func write(_ level: LogLevel, _ message: String, _ values: [(name: String, value: String)]) {
        let rest = values.map { " \($0.name)=\($0.value)" }.joined()
        lines.withLock { $0.append("\(level.rawValue) \(message)\(rest)") }
    }
}

/// A store of a test's own, and what a test asks of one.
final class TestStore: Sendable {
    static let secret = Secret("a secret key for tests")

    let store: any Store
    let place: StorePlace
    let clock: ManualClock
    let log: KeptLog
    let configuration: FunctionConfiguration
    private let opened = Lock([UserID]())

    init(
        _ place: StorePlace,
        _ store: any Store,
        _ clock: ManualClock,
        _ log: KeptLog,
        _ configuration: FunctionConfiguration
    ) {
        self.place = place
        self.store = store
        self.clock = clock
        self.log = log
        self.configuration = configuration
    }

    /// One on SQLite.
    convenience init(
        _ place: SQLiteOptions.Place = .memory,
        in directory: TestDirectory? = nil,
        clock: ManualClock = ManualClock(),
        configuration: FunctionConfiguration = FunctionConfiguration(currency: "RUB"),
        change: (inout SQLiteOptions) -> Void = { _ in }
    ) throws {
        let log = KeptLog()
        var options = SQLiteOptions(
            place: place,
            currency: "RUB",
            secretKey: TestStore.secret,
            now: { clock.now },
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: { Recipient.choose($0, configuration) },
            log: log,
            onFatal: { _ in }
        )
        options.runsTwice = true
        change(&options)
        let store = try SQLiteStore(options)
        self.init(.sqlite(place, directory), store, clock, log, configuration)
    }

    /// The store where it is on SQLite.
    var sqlite: SQLiteStore? { store as? SQLiteStore }

    /// The users whose accounts the test has opened.
    var users: [UserID] { opened.withLock { $0 } }

    var call: Call {
        Call(caller: nil, requestID: Identifiers.shared.next(), configuration: configuration)
    }

    /// Runs one transaction and waits for its end.
    func run<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        key: KeyClaim? = nil
    ) async -> TestEnding<F> {
        await delivered { store.submit(TestJob<F>(input, call, key, done: $0)) }
    }

    /// Hands one transaction over before it returns; its end is waited for later.
    func begin<F: TransactionFunction>(_ function: F.Type, _ input: F.Input) -> PendingEnding<F> {
        let endings = Mailbox<TestEnding<F>>()
        store.submit(TestJob<F>(input, call, nil) { endings.put($0) })
        return PendingEnding(endings: endings)
    }

    /// Hands several transactions over in one go and waits for all their ends.
    func runAll<F: TransactionFunction>(
        _ function: F.Type,
        _ inputs: [(input: F.Input, key: KeyClaim?)]
    ) async -> [TestEnding<F>] {
        await withTaskGroup(of: (Int, TestEnding<F>).self) { group in
            for (index, (input, key)) in inputs.enumerated() {
                group.addTask { (index, await self.run(function, input, key: key)) }
            }
            var endings: [Int: TestEnding<F>] = [:]
            for await (index, ending) in group { endings[index] = ending }
            return inputs.indices.compactMap { endings[$0] }
        }
    }

    /// Reads one snapshot.
    func query<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input,
        as caller: Caller? = nil,
        reader: Int = -1
    ) async -> Result<F.Output, Problem<F.Code>>? {
        let call = Call(
            caller: caller,
            requestID: Identifiers.shared.next(),
            configuration: configuration
        )
        return await delivered { store.read(TestQuery<F>(input, call, reader, done: $0)) }
    }

    /// A user with an account that holds so much.
    func user(holding amount: Int64 = 0, email: String? = "anna@example.org") async -> UserID {
        let user = UserID(Identifiers.shared.next())
        await open(user, email: email)
        if amount > 0 { _ = await run(Deposit.self, .init(userID: user, amount: amount)) }
        return user
    }

    func open(_ user: UserID, email: String?) async {
        await open(user, ContactClaims(email: email))
    }

    func open(_ user: UserID, _ claims: ContactClaims) async {
        opened.withLock { if !$0.contains(user) { $0.append(user) } }
        let caller = Caller(userID: user, roles: .user, claims: claims)
        let call = Call(caller: caller, requestID: user.uuid, configuration: configuration)
        _ = await delivered {
            store.submit(TestJob<OpenAccount>(.init(userID: user), call, nil, done: $0))
        }
    }

    func order(_ user: UserID, _ price: Int64, key: KeyClaim? = nil) async -> TestEnding<
        CreateOrder
    > {
        await run(CreateOrder.self, .init(title: "Самовар", price: price, userID: user), key: key)
    }

    func balance(_ user: UserID) async -> Int64? {
        let account = await query(GetAccount.self, .init(userID: user))
        return try? account?.get().balance
    }

    static func newKey() -> KeyClaim {
        KeyClaim(key: randomUUID(), fingerprint: randomUUID())
    }

    static func randomUUID() -> UUID {
        UUID(high: UInt64.random(in: 0 ... .max), low: UInt64.random(in: 0 ... .max))
    }
}

/// The end of a transaction that was handed over.
struct PendingEnding<F: TransactionFunction>: Sendable {
    let endings: Mailbox<TestEnding<F>>

    var value: TestEnding<F>? {
        get async { await endings.next() }
    }
}

/// How a transaction of a test ended.
struct TestEnding<F: TransactionFunction>: Sendable {
    let ending: StoreEnding
    let result: Result<F.Output, Problem<F.Code>>?

    var output: F.Output? { try? result?.get() }
}

/// Unchecked: `result` is written on the writer's thread by `run` and read there by `finish`.
final class TestJob<F: TransactionFunction>: StoreJob, @unchecked Sendable {
    let key: KeyClaim?
    var isAbandoned: Bool { abandoned() }
    var requestID: UUID { call.requestID }
    var rows: Rows { F.rows(input, call) }
    private let input: F.Input
    private let call: Call
    private let abandoned: @Sendable () -> Bool
    private let done: @Sendable (TestEnding<F>) -> Void
    private var result: Result<F.Output, Problem<F.Code>>?

    init(
        _ input: F.Input,
        _ call: Call,
        _ key: KeyClaim?,
        abandoned: @escaping @Sendable () -> Bool = { false },
        done: @escaping @Sendable (TestEnding<F>) -> Void
    ) {
        self.input = input
        self.call = call
        self.key = key
        self.abandoned = abandoned
        self.done = done
    }

    func run(_ transaction: borrowing Transaction) -> StoreVerdict {
        do throws(Problem<F.Code>) {
            let output = try F.handle(input, call, in: transaction)
            result = .success(output)
            return .keep(TestJob.ending(output))
        } catch {
            result = .failure(error)
            return .drop(
                error.code.isRecorded
                    ? .problem(code: error.code.rawValue, detail: error.detail) : nil
            )
        }
    }

    func finish(_ ending: StoreEnding) { done(TestEnding(ending: ending, result: result)) }

    private static func ending(_ output: F.Output) -> KeyRecord.Ending? {
        guard let keyed = F.self as? any KeyedFunction.Type else { return nil }
        return keyedEnding(keyed, output)
    }

    private static func keyedEnding<Keyed: KeyedFunction>(
        _ function: Keyed.Type,
        _ output: F.Output
    ) -> KeyRecord.Ending? {
        guard let output = output as? Keyed.Output else { return nil }
        return .reply(
            outcome: output.outcome.rawValue,
            reference: Keyed.reference(output)
        )
    }
}

/// Unchecked: `result` is written by `run` and read by `finish`, one after the other.
final class TestQuery<F: QueryFunction>: StoreQuery, @unchecked Sendable {
    let reader: Int
    private let input: F.Input
    private let call: Call
    private let done: @Sendable (Result<F.Output, Problem<F.Code>>?) -> Void
    private var result: Result<F.Output, Problem<F.Code>>?

    init(
        _ input: F.Input,
        _ call: Call,
        _ reader: Int,
        done: @escaping @Sendable (Result<F.Output, Problem<F.Code>>?) -> Void
    ) {
        self.input = input
        self.call = call
        self.reader = reader
        self.done = done
    }

    func run(_ snapshot: borrowing Snapshot) {
        do throws(Problem<F.Code>) {
            result = .success(try F.handle(input, call, in: snapshot))
        } catch {
            result = .failure(error)
        }
    }

    func finish(_ failure: StoreUnavailable?) { done(failure == nil ? result : nil) }
}
