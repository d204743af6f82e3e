/// Pays money into the account that the path names.
///
/// The balance, the movement and the key's record change together or not at all; the same key again
/// gives the same answer and moves nothing.
package enum Deposit: KeyedFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let userID: UserID
        package let amount: Int64

        package init(userID: UserID, amount: Int64) {
            self.userID = userID
            self.amount = amount
        }
    }

    package enum Code: String, ProblemCode {
        case accountMissing
        case balanceLimit

        package var status: Int {
            switch self {
            case .accountMissing: 404
            case .balanceLimit: 422
            }
        }

        package var title: String {
            switch self {
            case .accountMissing: AccountMissing.accountMissing.title
            case .balanceLimit: "The account cannot hold so much"
            }
        }

        package var detail: String {
            switch self {
            case .accountMissing: AccountMissing.again
            case .balanceLimit:
                "The account can take no such amount: pay in less, with a new Idempotency-Key."
            }
        }

        package var pointer: String? {
            switch self {
            case .accountMissing: nil
            case .balanceLimit: "/amount"
            }
        }
    }

    package static let declaration = Declaration(
        "deposit",
        "Pays money into an account.",
        .http(.post, "/api/billing/accounts/{userId}/deposits"),
        access: .owner,
        idempotency: .key
    )

    package static let input = InputSchema<Input>.fields(
        .path("userId"),
        .required("amount", Money.amount)
    ) { Input(userID: $0, amount: $1) }

    package static func rows(_ input: Input, _ call: Call) -> Rows {
        Rows(accounts: [input.userID])
    }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> Receipt {
        guard let account = transaction.account(of: input.userID) else {
            throw Problem(.accountMissing)
        }
        guard let movement = transaction.deposit(input.amount, into: account) else {
            let room = Money.largestBalance - account.balance
            throw Problem(
                .balanceLimit,
                "The account can take \(room) more: pay in less, with a new Idempotency-Key."
            )
        }
        transaction.keep(movement)
        return Receipt(movement, call)
    }

    package static func reference(_ output: Receipt) -> UUID { output.movement.id.uuid }

    package static func recall(
        _ outcome: Created,
        _ reference: UUID,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) -> Receipt? {
        snapshot.movement(MovementID(reference)).map { Receipt($0, call) }
    }
}
