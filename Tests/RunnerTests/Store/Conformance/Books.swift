import Runner
import Testing

@testable import Functions

/// Whether a ledger adds up, as anybody can see who reads it through the store's own queries.
enum Books {
    /// What is wrong with the users that the test has opened; empty where all is right.
    static func findings(_ test: TestStore) async throws -> [String] {
        try await findings(test, of: test.users)
    }

    static func findings(_ test: TestStore, of users: [UserID]) async throws -> [String] {
        var findings: [String] = []
        for user in users {
            findings += try await Account(test, user).findings().map { "\(user): \($0)" }
        }
        return findings
    }

    private struct Account {
        let account: Functions.Account
        /// Oldest first.
        let movements: [Movement]
        let orders: [Order]
        let letters: [Letter]

        init(_ test: TestStore, _ user: UserID) async throws {
            account = try #require(await test.output(ReadAccount.self, user))
            movements = try await test.entries(user).reversed()
            orders = try await test.orders(.user(user)).reversed()
            letters = try await test.letters(.user(user)).reversed()
        }

        func findings() -> [String] {
            var findings = chain()
            let rejected = orders.filter { $0.status == .rejected }.map(\.version)
            let versions = (movements.map(\.version) + rejected).sorted()
            if versions != Array(stride(from: 1, through: account.version, by: 1)) {
                findings.append("its versions are \(versions), not 1 … \(account.version)")
            }
            let paid = orders.filter { $0.status == .paid }.map(Payment.init)
            let payments = movements.compactMap(Payment.init(ofOrder:))
            if paid != payments { findings.append("its paid orders are not its payments") }
            if letters.map(\.order) != orders { findings.append("its letters miss its orders") }
            let wrong = letters.filter { ($0.kind == .happy) != ($0.order.status == .paid) }
            return findings + wrong.map { "letter \($0.id) is \($0.kind)" }
        }

        private func chain() -> [String] {
            var findings: [String] = []
            var (balance, version): (Int64, Int64) = (0, 0)
            for movement in movements {
                balance += movement.kind == .deposit ? movement.amount : -movement.amount
                if movement.balance != balance || balance < 0 {
                    findings.append(
                        "movement \(movement.id) has \(movement.balance), not \(balance)"
                    )
                }
                if movement.version <= version {
                    findings.append("movement \(movement.id) stands behind version \(version)")
                }
                version = movement.version
            }
            if account.balance != balance {
                findings.append("it holds \(account.balance), not \(balance)")
            }
            return findings
        }
    }

    private struct Payment: Equatable {
        let id: UUID
        let price: Int64
        let version: Int64
        let createdAt: Timestamp

        init(_ order: Order) {
            id = order.id.uuid
            price = order.price
            version = order.version
            createdAt = order.createdAt
        }

        /// Nil where the movement pays for no order of ours.
        init?(ofOrder movement: Movement) {
            guard let order = movement.orderID, order.uuid == movement.id.uuid else { return nil }
            id = order.uuid
            price = movement.amount
            version = movement.version
            createdAt = movement.createdAt
        }
    }
}

/// The account with what no client sees of it.
enum ReadAccount: QueryFunction {
    static func handle(
        _ input: UserID,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<NoProblem>) -> Account? {
        snapshot.account(of: input)
    }
}

enum ReadClaim: QueryFunction {
    static func handle(
        _ input: String,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<NoProblem>) -> RegistrationClaim? {
        snapshot.source.claim(of: input)
    }
}
