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

    func orders(_ whose: Whose, behind last: OrderID?, limit: Int) -> [Order] {
        source.orders(whose, behind: last, limit: limit)
    }
}
