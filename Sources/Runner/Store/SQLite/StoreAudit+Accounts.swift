internal import Functions

extension StoreAudit {
    /// An account and its own history, which one snapshot shows whole.
    func checkAccounts() throws(DatabaseError) {
        let accounts = try Statement(
            database,
            """
            SELECT user_id, balance, version FROM accounts WHERE user_id > ?
            ORDER BY user_id LIMIT ?
            """
        )
        // Every version of an account is one movement or one rejected order.
        let history = try Statement(
            database,
            """
            SELECT version, leaves, amount, balance FROM ledger WHERE user_id = ?1
            UNION ALL SELECT version, NULL, 0, 0 FROM orders
            WHERE user_id = ?1 AND status = 'rejected' ORDER BY version
            """
        )
        var last: UUID? = UUID(high: 0, low: 0)
        while let after = last {
            last = try snapshot { () throws(DatabaseError) in
                try checkSlice(after: after, accounts, history)
            }
        }
    }

    /// Accounts until the slice is full; answers where it ended, nil behind the last account.
    private func checkSlice(
        after: UUID,
        _ accounts: Statement,
        _ history: Statement
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
            rows += try check(account, history)
            if rows >= StoreAudit.slice { return account.userID }
        }
        return found.count < StoreAudit.slice ? nil : found.last?.userID
    }

    /// Walks along the account's versions; answers how many there are.
    private func check(
        _ account: AuditedAccount,
        _ history: Statement
    ) throws(DatabaseError) -> Int {
        report.accounts += 1
        report.users += account.balance
        var chain = AccountChain()
        try history.each(account.userID) { (row) throws(DatabaseError) in
            let step = AccountChain.Step(
                version: row.integer(0),
                leaves: row.optionalText(1),
                amount: row.integer(2),
                balance: row.integer(3)
            )
            if let fault = chain.take(step) { find("chain", "account \(account.userID) \(fault)") }
        }
        report.movements += chain.movements
        report.outside -= chain.paidIn
        report.shop += chain.paidOut
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

/// An account's history, summed up step by step.
private struct AccountChain {
    struct Step {
        let version: Int64
        /// Nil where nothing moved.
        let leaves: String?
        let amount: Int64
        let balance: Int64
    }

    private(set) var version: Int64 = 0
    private(set) var balance: Int64 = 0
    private(set) var movements = 0
    private(set) var paidIn: Int64 = 0
    private(set) var paidOut: Int64 = 0

    /// What is wrong with the step, if anything is.
    ///
    /// Amounts and balances are within the schema's bounds, or the file's own check has said so:
    /// wrapping arithmetic keeps an absurd one from ending the audit.
    mutating func take(_ step: Step) -> String? {
        let isNext = step.version == version + 1
        let expected = "has version \(step.version) behind \(version)"
        version = step.version
        guard let leaves = step.leaves else { return isNext ? nil : expected }
        movements += 1
        let isDeposit = leaves == "outside"
        if isDeposit { paidIn &+= step.amount } else { paidOut &+= step.amount }
        let sum = isDeposit ? balance &+ step.amount : balance &- step.amount
        balance = sum
        if !isNext { return expected }
        if sum < 0 { return "is below zero at version \(version)" }
        return step.balance == sum
            ? nil : "has the balance \(step.balance) at version \(version), not \(sum)"
    }
}
