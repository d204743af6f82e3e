internal import Functions

/// Where an account's chains begin: its newest order and its newest movement.
///
/// Each row names the one before it, so that a user's lists need no index.
struct ChainHeads {
    /// Behind the account's own.
    static let columns = "last_order, last_movement"

    var order: UUID?
    var movement: UUID?

    init() {}

    init(_ row: borrowing Row) {
        order = row.optionalUUID(7)
        movement = row.optionalUUID(8)
    }
}

/// The movements and orders of a batch, each with what it hangs on.
struct ChainedRows {
    struct ChainedMovement {
        let movement: Movement
        let previous: UUID?
    }

    struct ChainedOrder {
        let order: Order
        let payment: Movement?
        let previousOrder: UUID?
        let previousMovement: UUID?
    }

    private(set) var movements: [ChainedMovement] = []
    private(set) var orders: [ChainedOrder] = []

    /// Moves the heads on.
    init(_ changes: [Change], _ heads: inout [UserID: ChainHeads]) {
        for change in changes {
            switch change {
            case .movement(let movement):
                append(movement, &heads[movement.userID, default: ChainHeads()])
            case .order(let order, let payment):
                append(order, payment, &heads[order.userID, default: ChainHeads()])
            default: break
            }
        }
    }

    private mutating func append(_ movement: Movement, _ heads: inout ChainHeads) {
        movements.append(ChainedMovement(movement: movement, previous: heads.movement))
        heads.movement = movement.id.uuid
    }

    private mutating func append(_ order: Order, _ payment: Movement?, _ heads: inout ChainHeads) {
        orders.append(
            ChainedOrder(
                order: order,
                payment: payment,
                previousOrder: heads.order,
                previousMovement: payment.flatMap { _ in heads.movement }
            )
        )
        heads.order = order.id.uuid
        if let payment { heads.movement = payment.id.uuid }
    }
}
