internal import Functions

extension PostgreSQLAudit {
    /// Each account beside its own history, summed up in the order of versions.
    func checkAccounts() async throws(PostgreSQLError) {
        try await eachSlice(
            """
            WITH slice AS (
                SELECT user_id, balance, version FROM accounts WHERE user_id > $1
                ORDER BY user_id LIMIT $2
            ), steps AS (
                SELECT user_id, m.version, m.amount AS moved, m.leaves = 'outside' AS is_deposit,
                    m.balance
                FROM slice JOIN movements m USING (user_id)
                UNION ALL
                SELECT user_id, o.version, CASE o.status WHEN 'paid' THEN o.price ELSE 0 END, false,
                    o.balance
                FROM slice JOIN orders o USING (user_id)
            ), walked AS (
                SELECT *, row_number() OVER history AS place,
                    sum(CASE WHEN is_deposit THEN moved ELSE -moved END) OVER history AS held
                FROM steps WINDOW history AS (PARTITION BY user_id ORDER BY version)
            )
            SELECT user_id, s.balance, s.version, count(w.version) FILTER (WHERE w.moved > 0),
                coalesce(max(w.version), 0),
                CAST(coalesce(sum(w.moved) FILTER (WHERE w.is_deposit), 0) AS bigint),
                CAST(coalesce(sum(w.moved) FILTER (WHERE NOT w.is_deposit), 0) AS bigint),
                min(w.version) FILTER (WHERE w.version <> w.place),
                min(w.version) FILTER (WHERE w.held < 0),
                min(w.version) FILTER (WHERE w.balance <> w.held)
            FROM slice s LEFT JOIN walked w USING (user_id)
            GROUP BY user_id, s.balance, s.version ORDER BY user_id
            """
        ) { (row) throws(PostgreSQLError) in
            try checkAccount(row)
        }
    }

    private func checkAccount(_ row: PostgreSQLRow) throws(PostgreSQLError) {
        let account = "account \(try row.uuid(0))"
        let (balance, version) = (try row.integer(1), try row.integer(2))
        let (paidIn, paidOut) = (try row.integer(5), try row.integer(6))
        report.accounts += 1
        report.users += balance
        report.movements += Int(try row.integer(3))
        report.outside -= paidIn
        report.shop += paidOut
        if let gap = try row.optionalInteger(7) {
            find("chain", "\(account) has version \(gap) out of turn")
        }
        if let below = try row.optionalInteger(8) {
            find("chain", "\(account) is below zero at version \(below)")
        }
        if let wrong = try row.optionalInteger(9) {
            find("chain", "\(account) has another balance at version \(wrong) than its history")
        }
        let last = try row.integer(4)
        if last != version {
            find("chain", "\(account) is at version \(version), its history at \(last)")
        }
        if paidIn - paidOut != balance {
            find("balance", "\(account) holds \(balance), its movements make \(paidIn - paidOut)")
        }
    }

    /// Orders with what belongs to each.
    func checkOrders() async throws(PostgreSQLError) {
        try await eachSlice(
            """
            SELECT o.id, o.currency = c.currency, l.id IS NOT NULL, m.id IS NOT NULL
            FROM (SELECT convert_from(value, 'UTF8') AS currency FROM meta
                WHERE name = 'currency') AS c, orders o
            LEFT JOIN letters l ON l.id = o.id LEFT JOIN movements m ON m.order_id = o.id
            WHERE o.id > $1 ORDER BY o.id LIMIT $2
            """
        ) { (row) throws(PostgreSQLError) in
            report.orders += 1
            let id = try row.uuid(0)
            if try !row.boolean(1) { find("order", "\(id) is in another currency than the store") }
            if try !row.boolean(2) { find("order", "\(id) has no letter") }
            if try row.boolean(3) {
                find("order", "\(id) was paid for by another withdrawal, too")
            }
        }
    }

    /// Keys have their answers; what those point to is there, and ended as they say.
    func checkKeys() async throws(PostgreSQLError) {
        try await eachSlice(
            """
            SELECT k.key, a.id IS NOT NULL, a.outcome, o.status,
                m.id IS NOT NULL OR r.id IS NOT NULL
            FROM keys k LEFT JOIN answers a ON a.id = k.answer
            LEFT JOIN orders o ON o.id = a.reference LEFT JOIN movements m ON m.id = a.reference
            LEFT JOIN registrations r ON r.id = a.reference
            WHERE k.key > $1 ORDER BY k.key LIMIT $2
            """
        ) { (row) throws(PostgreSQLError) in
            report.keys += 1
            let key = try row.uuid(0)
            guard try row.boolean(1) else { return find("key", "\(key) has no answer") }
            guard let outcome = try row.optionalText(2) else { return }
            if let status = try row.optionalText(3) {
                if status != outcome {
                    find("key", "\(key) says \(outcome) of an order that is \(status)")
                }
            } else if try !row.boolean(4) {
                find("key", "\(key) points to nothing")
            }
        }
        let lost = try await count(
            """
            SELECT count(*) FROM answers a LEFT JOIN keys k ON k.answer = a.id
            WHERE k.key IS NULL
            """
        )
        if lost > 0 { find("key", "\(lost) answers belong to no key") }
    }
}
