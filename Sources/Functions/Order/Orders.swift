/// Order's rules: an order is written once, with the id and the version it was decided under.
extension Transaction {
    /// Decides an order: takes its price through Billing, or rejects it where the money is not there.
    ///
    /// The order and its withdrawal bear the same id.
    func decide(_ title: String, _ price: Int64, _ account: Account, _ call: Call) -> Order {
        let id = OrderID(newIdentifier())
        let movement = withdraw(price, from: account, as: MovementID(id.uuid), for: id)
        let order = Order(
            id: id,
            userID: account.userID,
            title: title,
            price: price,
            currency: call.configuration.currency,
            status: movement == nil ? .rejected : .paid,
            version: movement?.version ?? reject(id, on: account),
            createdAt: now
        )
        draft.write(.order(order, payment: movement))
        return order
    }
}

extension Snapshot {
    func order(_ id: OrderID) -> Order? { source.order(id) }

    /// Newest first, behind the position; a user's by version, everybody's by id.
    func orders(_ whose: Whose, behind position: UUID?, limit: Int) -> [Order] {
        switch whose {
        case .user(let userID):
            source.orders(of: userID, below: position?.version, limit: limit)
        case .everybody:
            source.orders(below: position.map { OrderID($0) }, limit: limit)
        }
    }
}
