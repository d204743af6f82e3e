import Functions
import Runner
import Testing

/// SQLite in memory behind the runner's own code: there is no second way to run a function.
///
/// Every body runs twice, the first time for nothing, so one that cannot be repeated fails.
struct TestStore {
    let runner: any EffectRunner
    let clock: TestClock
    private let owner: StoreOwner

    init() async throws {
        let clock = TestClock()
        self.clock = clock
        owner = try StoreOwner(clock)
        runner = StoreEffectRunner(store: owner.store)
    }

    func output<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input,
        as caller: Caller? = Person.alice.caller,
        _ configuration: FunctionConfiguration = .roubles
    ) async throws -> F.Output {
        try await runner.query(function, input, .by(caller, configuration)).get()
    }

    @discardableResult
    func output<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        as caller: Caller? = Person.alice.caller,
        _ configuration: FunctionConfiguration = .roubles
    ) async throws -> F.Output {
        try await runner.run(function, input, .by(caller, configuration)).get()
    }

    /// Runs under a key; the same key again is answered from its record.
    func output<F: KeyedFunction>(
        _ function: F.Type,
        _ input: F.Input,
        as caller: Caller? = Person.alice.caller,
        key: KeyClaim
    ) async throws -> F.Output {
        try await runner.complete(function, input, .by(caller), recording: key).get()
    }

    /// An account with a balance: what most tests begin with.
    @discardableResult
    func open(
        _ person: Person,
        _ balance: Int64 = 0,
        email: String? = nil,
        phone: String? = nil,
        locale: String? = nil
    ) async throws -> UserID {
        let caller = person.caller.claiming(email: email, phone: phone, locale: locale)
        try await output(OpenAccount.self, .init(userID: person.id), as: caller)
        var rest = balance
        while rest > 0 {
            let amount = min(rest, Money.amounts.upperBound)
            try await output(Deposit.self, .init(userID: person.id, amount: amount))
            rest -= amount
        }
        return person.id
    }

    func balance(of person: Person) async throws -> Int64 {
        try await output(GetAccount.self, .init(userID: person.id)).balance
    }

    func order(
        _ title: String,
        _ price: Int64,
        as person: Person = .alice,
        _ configuration: FunctionConfiguration = .roubles
    ) async throws -> OrderReply<CreateOrder.Outcome> {
        try await output(
            CreateOrder.self,
            .init(title: title, price: price, userID: person.id),
            as: person.caller,
            configuration
        )
    }

    /// The user's letters, newest first.
    func letters(of person: Person) async throws -> [Letter] {
        try await output(ListNotifications.self, .init(whose: .user(person.id))).items.map(\.letter)
    }
}

/// The code of the problem that the body ends with; nil, and a failed test, where it ends otherwise.
func problem<Code: ProblemCode>(
    _ codes: Code.Type,
    _ body: () async throws -> some Any,
    _ location: SourceLocation = #_sourceLocation
) async -> Problem<Code>? {
    do {
        _ = try await body()
        Issue.record("ended without a problem", sourceLocation: location)
    } catch let problem as Problem<Code> {
        return problem
    } catch {
        Issue.record("ended with \(error)", sourceLocation: location)
    }
    return nil
}

/// Closes the store when the test lets go of it.
private final class StoreOwner: Sendable {
    let store: SQLiteStore

    init(_ clock: TestClock) throws {
        let identifiers = Lock(IdentifierSource(random: KernelRandom()))
        var options = SQLiteOptions(
            place: .memory,
            currency: "RUB",
            secretKey: Secret("a key of the tests"),
            now: { clock.now },
            makeIdentifier: {
                identifiers.withLock { $0.next(milliseconds: clock.now.milliseconds) }
            },
            chooseRecipient: { Recipient.choose($0, .roubles) },
            log: FailingLog(),
            onFatal: { Issue.record("the store gave up: \($0)") }
        )
        options.runsTwice = true
        store = try SQLiteStore(options)
    }

    deinit { store.close() }
}

/// A store that complains fails its test.
private struct FailingLog: Log {
    func isEnabled(_ level: LogLevel) -> Bool { level >= .warning }

    func write(_ level: LogLevel, _ message: String, _ values: [(name: String, value: String)]) {
        if isEnabled(level) { Issue.record("\(message) \(values)") }
    }
}
