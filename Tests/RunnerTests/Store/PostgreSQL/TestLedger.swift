import Dispatch
import Functions
import Runner

/// One process's store over a database of a test's own, and what a test asks of it.
final class TestLedger: Sendable {
    let store: PostgreSQLStore
    let clock: ManualClock
    let log: KeptLog
    private let configuration = FunctionConfiguration(currency: "RUB")

    init(
        _ url: String,
        clock: ManualClock = ManualClock(),
        change: (inout PostgreSQLOptions) -> Void = { _ in }
    ) async throws {
        let log = KeptLog()
        let configuration = configuration
        let database = DatabaseOptions(address: try PostgreSQLAddress(url: Secret(url)), log: log)
        var options = PostgreSQLOptions(
            database: database,
            currency: "RUB",
            secretKey: TestStore.secret,
            now: { clock.now },
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: { Recipient.choose($0, configuration) }
        )
        options.runsTwice = true
        change(&options)
        store = try await PostgreSQLStore.open(options)
        self.clock = clock
        self.log = log
    }

    deinit { store.close() }

    var call: Call {
        Call(caller: nil, requestID: Identifiers.shared.next(), configuration: configuration)
    }

    func run<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        key: KeyClaim? = nil
    ) async -> TestEnding<F> {
        await delivered { store.submit(TestJob<F>(input, call, key, done: $0)) }
    }

    func query<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input
    ) async -> Result<F.Output, Problem<F.Code>>? {
        await delivered { store.read(TestQuery<F>(input, call, -1, done: $0)) }
    }

    /// A user with an account that holds so much.
    func user(holding amount: Int64 = 0, email: String? = "anna@example.org") async -> UserID {
        let user = UserID(Identifiers.shared.next())
        let caller = Caller(userID: user, roles: .user, claims: ContactClaims(email: email))
        let call = Call(caller: caller, requestID: user.uuid, configuration: configuration)
        let opened: TestEnding<OpenAccount> = await delivered {
            store.submit(TestJob<OpenAccount>(.init(userID: user), call, nil, done: $0))
        }
        precondition(opened.output != nil, "\(opened.ending)")
        if amount > 0 { _ = await run(Deposit.self, .init(userID: user, amount: amount)) }
        return user
    }

    func order(
        _ user: UserID,
        _ price: Int64,
        key: KeyClaim? = nil
    ) async -> TestEnding<CreateOrder> {
        await run(CreateOrder.self, .init(title: "Самовар", price: price, userID: user), key: key)
    }

    /// Hands several orders over in one go; the queue makes them one batch, or few.
    func orders(
        _ inputs: [(user: UserID, price: Int64, key: KeyClaim?)]
    ) async -> [TestEnding<CreateOrder>] {
        await withTaskGroup(of: (Int, TestEnding<CreateOrder>).self) { group in
            for (index, input) in inputs.enumerated() {
                group.addTask { (index, await self.order(input.user, input.price, key: input.key)) }
            }
            var endings: [Int: TestEnding<CreateOrder>] = [:]
            for await (index, ending) in group { endings[index] = ending }
            return inputs.indices.compactMap { endings[$0] }
        }
    }

    func balance(_ user: UserID) async -> Int64? {
        try? await query(GetAccount.self, .init(userID: user))?.get().balance
    }
}

extension StoreEnding {
    /// Its name, for comparison.
    var word: String {
        switch self {
        case .committed: "committed"
        case .replayed: "replayed"
        case .keyReused: "keyReused"
        case .keyInProgress: "keyInProgress"
        case .unavailable: "unavailable"
        case .broken: "broken"
        case .dropped: "dropped"
        }
    }
}

extension TestLedger {
    /// Hands the jobs over while the database thread is held, so that they are one batch.
    func together<F: TransactionFunction>(
        _ function: F.Type,
        _ inputs: [(input: F.Input, key: KeyClaim?)]
    ) async -> [TestEnding<F>] {
        let released = DispatchSemaphore(value: 0)
        _ = await delivered { store.submit(ThreadHold(released, reached: $0)) } as Bool
        let endings = Mailbox<(Int, TestEnding<F>)>()
        for (index, (input, key)) in inputs.enumerated() {
            store.submit(TestJob<F>(input, call, key) { endings.put((index, $0)) })
        }
        released.signal()
        var found: [Int: TestEnding<F>] = [:]
        while found.count < inputs.count {
            let (index, ending) = await endings.next()
            found[index] = ending
        }
        return inputs.indices.compactMap { found[$0] }
    }
}

/// Holds the database thread until it is released.
private final class ThreadHold: StoreJob, Sendable {
    let rows = Rows()
    let key: KeyClaim? = nil
    let requestID = UUID(high: 1, low: 1)
    let isAbandoned = false
    private let released: DispatchSemaphore
    private let reached: @Sendable (Bool) -> Void

    init(_ released: DispatchSemaphore, reached: @escaping @Sendable (Bool) -> Void) {
        self.released = released
        self.reached = reached
    }

    func run(_ transaction: borrowing Transaction) -> StoreVerdict { .drop(nil) }

    func finish(_ ending: StoreEnding) {
        reached(true)
        released.wait()
    }
}
