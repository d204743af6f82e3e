/// One line of an account's statement.
package struct Entry: Reply {
    package static let schemaName = "Entry"

    package let movement: Movement

    package var outcome: Found { .found }

    init(_ movement: Movement) { self.movement = movement }

    package static let members: [Member<Entry>] = [
        .id("id") { $0.movement.id },
        .text("kind", .enumeration(Movement.Kind.self)) { $0.movement.kind.rawValue },
        .integer("amount", amountDocument) { $0.movement.signedAmount },
        .integer("balance", Money.balanceDocument) { $0.movement.balance },
        .optionalID("orderId") { $0.movement.orderID },
        .time("createdAt") { $0.movement.createdAt },
    ]

    private static let amountDocument: JSON = [
        "type": "integer", "format": "int64", "minimum": .integer(-Money.amounts.upperBound),
        "maximum": .integer(Money.amounts.upperBound),
        "description": "In minor units: above zero what came in, below zero what went out.",
    ]

    package static func example(_ outcome: Found) -> Entry { Entry(.example(.withdrawal)) }
}

extension Movement {
    /// Seen from the user's account.
    var signedAmount: Int64 {
        switch kind {
        case .deposit: amount
        case .withdrawal: -amount
        }
    }
}
