/// What a movement of money answers.
package struct Receipt: Reply {
    package static let schemaName = "Receipt"

    package let movement: Movement
    package let currency: String

    package var outcome: Created { .created }

    init(_ movement: Movement, _ call: Call) {
        self.movement = movement
        currency = call.configuration.currency
    }

    private init(movement: Movement, currency: String) {
        self.movement = movement
        self.currency = currency
    }

    package static let members: [Member<Receipt>] = [
        .id("id") { $0.movement.id },
        .id("userId") { $0.movement.userID },
        .integer("amount", Money.amountDocument) { $0.movement.amount },
        .text("currency", Money.currencyDocument) { $0.currency },
        .integer("balance", Money.balanceDocument) { $0.movement.balance },
        .optionalID("orderId") { $0.movement.orderID },
        .time("createdAt") { $0.movement.createdAt },
    ]

    package static func example(_ outcome: Created) -> Receipt {
        Receipt(movement: .example(.deposit), currency: Example.currency)
    }
}

extension Movement {
    static func example(_ kind: Kind) -> Movement {
        Movement(
            id: Example.movementID,
            userID: Example.userID,
            kind: kind,
            amount: 150_000,
            balance: kind == .deposit ? 150_000 : 0,
            version: 1,
            orderID: kind == .deposit ? nil : Example.orderID,
            createdAt: Example.time
        )
    }
}
