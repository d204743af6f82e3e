import Functions
import Runner

/// One life of a ledger: steps that follow from a seed, each compared with the model.
struct Simulation {
    /// Where the store and the model part.
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    private struct Kept {
        let claim: KeyClaim
        let repeatCall: (Simulation, KeyClaim) async throws -> LedgerModel.Answer
        let answer: LedgerModel.Answer
    }

    let world: SimulatedStore
    var random: SeededGenerator
    var model = LedgerModel()
    private var kept: [Kept] = []
    var claimed: [ClaimedEvent] = []
    let users: [UserID]

    init(seed: UInt64, _ place: any SimulatedPlace) async throws {
        random = SeededGenerator(seed: seed)
        world = try await SimulatedStore(seed: seed, place)
        users = (0..<4).map { UserID(UUID(high: $0 &* 0x1234_5678_9ABC_DEF0, low: $0 + 1)) }
    }

    /// Takes the steps, then compares everything; closes the store.
    mutating func run(steps: Int) async throws {
        for _ in 0..<steps {
            try await step()
            world.pass()
        }
        try await compare()
        world.close()
        let findings = try await world.findings()
        try expect(findings == [], "the audit finds \(findings)")
    }

    private mutating func step() async throws {
        let user = users[Int.random(in: 0..<users.count, using: &random)]
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: try await open(user)
        case 8..<25: try await deposit(user)
        case 25..<55: try await order(user)
        case 55..<63: try await withdraw(user)
        case 63..<73: try await replay()
        case 73..<77: try await reuse()
        case 77..<84: try await claim()
        case 84..<92: try await settle()
        case 92..<94: try await redrive()
        case 94..<97: world.moveClock(Int64.random(in: -90_000...90_000, using: &random))
        case 97..<99: try await world.crash()
        default: try await world.reopen()
        }
    }

    private mutating func open(_ user: UserID) async throws {
        let email = Bool.random(using: &random) ? "user@example.org" : nil
        let caller = Caller(userID: user, roles: .user, claims: ContactClaims(email: email))
        _ = try await world.runner.run(OpenAccount.self, .init(userID: user), world.call(caller))
        model.open(user, hasAddress: email != nil)
    }

    private mutating func deposit(_ user: UserID) async throws {
        let largest: Int64 = Bool.random(using: &random) ? 500 : 99_999_999_999
        let amount = Int64.random(in: 1...largest, using: &random)
        let input = Deposit.Input(userID: user, amount: amount)
        let refusal = model.refusalOfDeposit(user, amount)
        let expected = refusal == nil ? model.move(user, by: amount) : 0
        try await keep { simulation, claim in
            let result = try await simulation.world.runner.complete(
                Deposit.self,
                input,
                simulation.world.call(),
                recording: claim
            )
            switch result {
            case .success(let receipt):
                return .deposited(receipt.movement.id, balance: receipt.movement.balance)
            case .failure(let problem): return .refused(problem.code.rawValue)
            }
        } expecting: {
            if case .deposited(_, let balance) = $0 {
                refusal == nil && balance == expected
            } else {
                $0 == .refused(refusal ?? "")
            }
        }
    }

    private mutating func order(_ user: UserID) async throws {
        let price = Int64.random(in: 1...400, using: &random)
        let input = CreateOrder.Input(title: "Чай", price: price, userID: user)
        let balance = model.users[user]?.balance
        let answer = try await keep { simulation, claim in
            let result = try await simulation.world.runner.complete(
                CreateOrder.self,
                input,
                simulation.world.call(),
                recording: claim
            )
            switch result {
            case .success(let reply):
                return .ordered(reply.order.id, isPaid: reply.order.status == .paid)
            case .failure(let problem): return .refused(problem.code.rawValue)
            }
        } expecting: {
            guard let balance else { return $0 == .refused("accountMissing") }
            if case .ordered(_, let isPaid) = $0 { return isPaid == (balance >= price) }
            return false
        }
        if case .ordered(let id, _) = answer { _ = model.order(id, user, price) }
    }

    private mutating func withdraw(_ user: UserID) async throws {
        let isUsed = Int.random(in: 0..<3, using: &random) == 0
        let used =
            isUsed ? model.orders.keys.sorted().first ?? model.usedOutside.sorted().first : nil
        let order = used ?? OrderID(UUID(high: random.next(), low: random.next()))
        let amount = Int64.random(in: 1...400, using: &random)
        let input = Withdraw.Input(userID: user, amount: amount, orderID: order)
        let refusal = model.refusalOfWithdrawal(user, amount, order)
        let expected = refusal == nil ? model.move(user, by: -amount) : 0
        if refusal == nil { model.usedOutside.insert(order) }
        try await keep { simulation, claim in
            let result = try await simulation.world.runner.complete(
                Withdraw.self,
                input,
                simulation.world.call(),
                recording: claim
            )
            switch result {
            case .success(let receipt):
                return .withdrawn(receipt.movement.id, balance: receipt.movement.balance)
            case .failure(let problem): return .refused(problem.code.rawValue)
            }
        } expecting: {
            if case .withdrawn(_, let balance) = $0 {
                refusal == nil && balance == expected
            } else {
                $0 == .refused(refusal ?? "")
            }
        }
    }

    /// Calls under a new key, compares, and keeps the call so that it can be repeated.
    @discardableResult
    private mutating func keep(
        _ call: @escaping (Simulation, KeyClaim) async throws -> LedgerModel.Answer,
        expecting isRight: (LedgerModel.Answer) -> Bool
    ) async throws -> LedgerModel.Answer {
        let claim = KeyClaim(
            key: UUID(high: random.next(), low: random.next()),
            fingerprint: UUID(high: random.next(), low: random.next())
        )
        let answer = try await call(self, claim)
        try expect(isRight(answer), "the store answers \(answer)")
        kept.append(Kept(claim: claim, repeatCall: call, answer: answer))
        return answer
    }

    private mutating func replay() async throws {
        guard let call = kept.randomElement(using: &random) else { return }
        let again = try await call.repeatCall(self, call.claim)
        try expect(again == call.answer, "a key answered \(call.answer), then \(again)")
    }

    private mutating func reuse() async throws {
        guard let call = kept.randomElement(using: &random) else { return }
        let other = KeyClaim(key: call.claim.key, fingerprint: UUID(high: 7, low: random.next()))
        do {
            let answer = try await call.repeatCall(self, other)
            throw Difference(description: "a key answers another request: \(answer)")
        } catch CompletionFailure.keyReused {}
    }
}
