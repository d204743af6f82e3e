/// Takes money from an account for an order that another part of the system keeps.
///
/// An order is paid once, whatever account it names: its id answers 409 under another key. A refusal
/// for want of money does not use the id. No letter is written: letters belong to orders of ours.
package enum Withdraw: KeyedFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let userID: UserID
        package let amount: Int64
        package let orderID: OrderID

        package init(userID: UserID, amount: Int64, orderID: OrderID) {
            self.userID = userID
            self.amount = amount
            self.orderID = orderID
        }
    }

    package enum Code: String, ProblemCode {
        case insufficientFunds
        case accountMissing
        case orderUsed

        package var status: Int {
            switch self {
            case .insufficientFunds: 402
            case .accountMissing: 404
            case .orderUsed: 409
            }
        }

        package var title: String {
            switch self {
            case .insufficientFunds: "The money is not there"
            case .accountMissing: AccountMissing.accountMissing.title
            case .orderUsed: "The order has been decided"
            }
        }

        package var detail: String {
            switch self {
            case .insufficientFunds:
                "The account holds less than the amount. Once it holds more, withdraw with a new "
                    + "Idempotency-Key."
            case .accountMissing: AccountMissing.again
            case .orderUsed:
                "An order with this id was paid for or rejected before. Withdraw for another one, "
                    + "with a new Idempotency-Key."
            }
        }
    }

    package static let declaration = Declaration(
        "withdraw",
        "Takes money from an account for an order.",
        .http(.post, "/api/billing/accounts/{userId}/withdrawals"),
        access: .service,
        idempotency: .key
    )

    package static let input = InputSchema<Input>.fields(
        .path("userId"),
        .required("amount", Money.amount),
        .required("orderId", .orderID)
    ) { Input(userID: $0, amount: $1, orderID: $2) }

    package static func rows(_ input: Input, _ call: Call) -> Rows {
        Rows(accounts: [input.userID], orders: [input.orderID])
    }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> Receipt {
        guard let account = transaction.account(of: input.userID) else {
            throw Problem(.accountMissing)
        }
        guard !transaction.isUsed(input.orderID) else {
            throw Problem(.orderUsed)
        }
        guard
            let movement = transaction.withdraw(
                input.amount,
                from: account,
                as: MovementID(transaction.newIdentifier()),
                for: input.orderID
            )
        else {
            throw Problem(.insufficientFunds)
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
