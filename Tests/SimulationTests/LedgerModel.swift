import Functions

/// What the ledger must hold, kept in the plainest way: the store is compared with it.
struct LedgerModel {
    struct User {
        var balance: Int64
        var hasAddress: Bool
    }

    struct KeptOrder: Equatable {
        let user: UserID
        let price: Int64
        let isPaid: Bool
    }

    enum Delivery { case waiting, sent, failed }

    /// What a key must answer, forever.
    enum Answer: Equatable {
        case deposited(MovementID, balance: Int64)
        case ordered(OrderID, isPaid: Bool)
        case withdrawn(MovementID, balance: Int64)
        case refused(String)
    }

    var users: [UserID: User] = [:]
    var orders: [OrderID: KeptOrder] = [:]
    /// Each user's orders, oldest first.
    var lists: [UserID: [OrderID]] = [:]
    var usedOutside: Set<OrderID> = []
    var deliveries: [OrderID: Delivery] = [:]

    mutating func open(_ user: UserID, hasAddress: Bool) {
        var row = users[user] ?? User(balance: 0, hasAddress: false)
        row.hasAddress = row.hasAddress || hasAddress
        users[user] = row
    }

    /// Nil where it goes through; else the code of the refusal.
    func refusalOfDeposit(_ user: UserID, _ amount: Int64) -> String? {
        guard let row = users[user] else { return "accountMissing" }
        return row.balance > Money.largestBalance - amount ? "balanceLimit" : nil
    }

    func refusalOfWithdrawal(_ user: UserID, _ amount: Int64, _ order: OrderID) -> String? {
        guard let row = users[user] else { return "accountMissing" }
        if orders[order] != nil || usedOutside.contains(order) { return "orderUsed" }
        return row.balance < amount ? "insufficientFunds" : nil
    }

    mutating func move(_ user: UserID, by amount: Int64) -> Int64 {
        users[user]?.balance += amount
        return users[user]?.balance ?? 0
    }

    /// Keeps an order; answers whether it is paid.
    mutating func order(_ id: OrderID, _ user: UserID, _ price: Int64) -> Bool {
        let isPaid = (users[user]?.balance ?? 0) >= price
        if isPaid { _ = move(user, by: -price) }
        orders[id] = KeptOrder(user: user, price: price, isPaid: isPaid)
        lists[user, default: []].append(id)
        deliveries[id] = users[user]?.hasAddress == true ? .waiting : .failed
        return isPaid
    }
}
