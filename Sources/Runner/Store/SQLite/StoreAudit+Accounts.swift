internal import Functions

extension StoreAudit {
    /// An account and its own history, which one snapshot shows whole.
    func checkAccounts() throws(DatabaseError) {
        let accounts = try Statement(
            database,
            """
            SELECT user_id, balance, version FROM accounts WHERE user_id > \(StoreAudit.after)
            ORDER BY user_id LIMIT ?2
            """
        )
        let history = try Statement(database, SQL.history)
        let bound = try greatestID()
        var reached = ReachedRows()
        var last: UUID?
        repeat {
            last = try snapshot { () throws(DatabaseError) in
                try checkSlice(after: last, accounts, history, upTo: bound, &reached)
            }
        } while last != nil
        try compare(reached, upTo: bound)
    }

    /// History never changes: what lies up to the newest row of now stays as it is.
    private func greatestID() throws(DatabaseError) -> UUID {
        let statement = try Statement(
            database,
            """
            SELECT max(id) FROM
            (SELECT max(id) AS id FROM movements UNION ALL SELECT max(id) FROM orders)
            """,
            isKept: false
        )
        let id = try statement.first { (row) throws(DatabaseError) in row.optionalUUID(0) } ?? nil
        return id ?? UUID(high: 0, low: 0)
    }

    /// A row that no chain reaches would be in no list.
    private func compare(_ reached: ReachedRows, upTo bound: UUID) throws(DatabaseError) {
        let movements = try count("movements", upTo: bound)
        let orders = try count("orders", upTo: bound)
        for (table, all, found) in [
            ("ledger", movements.all + orders.paid, reached.movements),
            ("orders", orders.all, reached.orders),
        ] where all != found {
            find("chain", "\(all) rows of \(table) are there, \(found) are reached from accounts")
        }
    }

    /// How many rows there are, and how many of them are paid orders.
    private func count(
        _ table: String,
        upTo bound: UUID
    ) throws(DatabaseError) -> (all: Int64, paid: Int64) {
        let isPaid = table == "orders" ? "status = 'paid'" : "0"
        let statement = try Statement(
            database,
            """
            SELECT id, \(isPaid) FROM \(table) WHERE id > \(StoreAudit.after) AND id <= ?3
            ORDER BY id LIMIT ?2
            """
        )
        var (all, paid): (Int64, Int64) = (0, 0)
        try eachSlice { (after) throws(DatabaseError) in
            try statement.all(after, StoreAudit.slice, bound) { (row) throws(DatabaseError) in
                all += 1
                paid += row.integer(1)
                return try row.uuid(0)
            }
        }
        return (all, paid)
    }

    /// Accounts until the slice is full; answers where it ended, nil behind the last account.
    private func checkSlice(
        after: UUID?,
        _ accounts: Statement,
        _ history: Statement,
        upTo bound: UUID,
        _ reached: inout ReachedRows
    ) throws(DatabaseError) -> UUID? {
        let found = try accounts.all(after, StoreAudit.slice) { (row) throws(DatabaseError) in
            AuditedAccount(
                userID: try row.uuid(0),
                balance: row.integer(1),
                version: row.integer(2)
            )
        }
        var rows = 0
        for account in found {
            rows += try check(account, history, upTo: bound, &reached)
            if rows >= StoreAudit.slice { return account.userID }
        }
        return found.count < StoreAudit.slice ? nil : found.last?.userID
    }

    /// Walks along the account's versions; answers how many there are.
    private func check(
        _ account: AuditedAccount,
        _ history: Statement,
        upTo bound: UUID,
        _ reached: inout ReachedRows
    ) throws(DatabaseError) -> Int {
        report.accounts += 1
        report.users += account.balance
        var chain = AccountChain()
        try history.each(account.userID, account.version) { (row) throws(DatabaseError) in
            let step = AccountChain.Step(
                kind: try row.choice(1),
                depth: row.integer(2),
                version: row.integer(3),
                leaves: row.optionalText(4),
                amount: row.integer(5),
                balance: row.integer(6)
            )
            if try row.uuid(0) <= bound { reached.count(step.kind) }
            if let fault = chain.take(step) { find("chain", "account \(account.userID) \(fault)") }
        }
        report.movements += chain.movements
        report.outside -= chain.paidIn
        report.shop += chain.paidOut
        if !chain.isWhole { find("chain", "account \(account.userID) has a list out of order") }
        if chain.version != account.version {
            find(
                "chain",
                """
                account \(account.userID) is at version \(account.version), \
                its history at \(chain.version)
                """
            )
        }
        if chain.balance != account.balance {
            find(
                "balance",
                """
                account \(account.userID) holds \(account.balance), \
                its movements make \(chain.balance)
                """
            )
        }
        return Int(chain.version)
    }
}

private struct AuditedAccount {
    let userID: UUID
    let balance: Int64
    let version: Int64
}

/// Rows that were reached from their accounts.
private struct ReachedRows {
    var movements: Int64 = 0
    var orders: Int64 = 0

    mutating func count(_ kind: AccountChain.Step.Kind) {
        switch kind {
        case .movement: movements += 1
        case .order, .rejected: orders += 1
        }
    }
}

/// An account's history, summed up step by step in the order of versions.
private struct AccountChain {
    struct Step {
        /// A paid order stands twice: as a movement and in the list of orders.
        enum Kind: String { case movement, order, rejected }

        let kind: Kind
        /// The place in its list, counted from 1 for the newest.
        let depth: Int64
        let version: Int64
        let leaves: String?
        let amount: Int64
        let balance: Int64
    }

    private(set) var version: Int64 = 0
    private(set) var balance: Int64 = 0
    private(set) var movements = 0
    private(set) var paidIn: Int64 = 0
    private(set) var paidOut: Int64 = 0
    private var movementList = ListOrder()
    private var orderList = ListOrder()

    /// Whether both lists hold their rows in the order of versions.
    var isWhole: Bool { movementList.isWhole && orderList.isWhole }

    /// What is wrong with the step, if anything is.
    ///
    /// Amounts and balances are within the schema's bounds, or the file's own check has said so:
    /// wrapping arithmetic keeps an absurd one from ending the audit.
    mutating func take(_ step: Step) -> String? {
        switch step.kind {
        case .movement: movementList.take(step.depth)
        case .order, .rejected: orderList.take(step.depth)
        }
        if step.kind == .order { return nil }
        let isNext = step.version == version + 1
        let expected = "has version \(step.version) behind \(version)"
        version = step.version
        if step.kind == .rejected { return isNext ? nil : expected }
        movements += 1
        let isDeposit = step.leaves == "outside"
        if isDeposit { paidIn &+= step.amount } else { paidOut &+= step.amount }
        balance = isDeposit ? balance &+ step.amount : balance &- step.amount
        if !isNext { return expected }
        if balance < 0 { return "is below zero at version \(version)" }
        return step.balance == balance
            ? nil : "has the balance \(step.balance) at version \(version), not \(balance)"
    }
}

/// Whether a list's places fall by one from each version to the next, down to 1.
private struct ListOrder {
    private var last: Int64?
    private var isBroken = false

    var isWhole: Bool { !isBroken && (last == nil || last == 1) }

    mutating func take(_ depth: Int64) {
        if let last, depth != last - 1 { isBroken = true }
        last = depth
    }
}
