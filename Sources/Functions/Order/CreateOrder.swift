/// Orders something: takes the price from the user's account, or keeps the order as rejected where
/// the money is not there.
///
/// The movement, the order, the letter about it and the event that asks for the letter's delivery are
/// one transaction. A rejected order is kept, and the same key gets it again: so it is an outcome.
package enum CreateOrder: KeyedFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let title: String
        package let price: Int64
        package let userID: UserID

        package init(title: String, price: Int64, userID: UserID) {
            self.title = title
            self.price = price
            self.userID = userID
        }
    }

    package enum Outcome: String, ReplyOutcome {
        case paid
        case rejected

        package var status: Int {
            switch self {
            case .paid: 201
            case .rejected: 402
            }
        }

        package var problem: OutcomeProblem? {
            switch self {
            case .paid: nil
            case .rejected:
                OutcomeProblem(
                    code: Withdraw.Code.insufficientFunds.rawValue,
                    title: Withdraw.Code.insufficientFunds.title,
                    detail:
                        "The account does not hold the price, so the order was rejected. Pay in, "
                        + "then order again with a new Idempotency-Key.",
                    member: "order"
                )
            }
        }
    }

    package enum Code: String, ProblemCode {
        case accountMissing

        package var status: Int { 404 }
        package var title: String { AccountMissing.accountMissing.title }
        package var detail: String { AccountMissing.again }
    }

    package static let declaration = Declaration(
        "createOrder",
        "Orders something and pays for it from the user's account.",
        .http(.post, "/api/orders"),
        access: .user,
        idempotency: .key,
        uses: [.letterAddress]
    )

    package static let input = InputSchema<Input>.fields(
        .required("title", Title.schema),
        .required("price", Money.amount),
        .actingUser
    ) { Input(title: $0, price: $1, userID: $2) }

    package static func rows(_ input: Input, _ call: Call) -> Rows {
        Rows(accounts: [input.userID])
    }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> OrderReply<Outcome> {
        guard let account = transaction.account(of: input.userID) else {
            throw Problem(.accountMissing)
        }
        let order = transaction.decide(input.title, input.price, account, call)
        transaction.writeLetter(about: order, to: account.contact, call)
        return OrderReply(order.status == .paid ? .paid : .rejected, order)
    }

    package static func reference(_ output: OrderReply<Outcome>) -> UUID { output.order.id.uuid }

    package static func recall(
        _ outcome: Outcome,
        _ reference: UUID,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) -> OrderReply<Outcome>? {
        snapshot.order(OrderID(reference)).map { OrderReply(outcome, $0) }
    }
}
