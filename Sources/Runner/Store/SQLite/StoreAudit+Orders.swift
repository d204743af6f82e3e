internal import Functions

extension StoreAudit {
    /// Orders with what belongs to each, slice by slice.
    func checkOrders() throws(DatabaseError) {
        let currency = try database.text(
            "SELECT CAST(value AS TEXT) FROM meta WHERE name = 'currency'"
        )
        let statement = try Statement(
            database,
            """
            SELECT o.id, o.status, o.currency = ?3,
            m.id IS NOT NULL, m.user_id = o.user_id AND m.amount = o.price
            AND m.version = o.version AND m.leaves = 'user',
            l.kind, l.status, e.state
            FROM orders o LEFT JOIN movements m ON m.order_id = o.id
            LEFT JOIN letters l ON l.order_id = o.id LEFT JOIN events e ON e.id = l.id
            WHERE o.id > ?1 ORDER BY o.id LIMIT ?2
            """
        )
        try eachSlice { (after) throws(DatabaseError) in
            try statement.all(after, StoreAudit.slice, currency) { (row) throws(DatabaseError) in
                let id = try row.uuid(0)
                report.orders += 1
                if let fault = try orderFault(row) { find("order", "\(id) \(fault)") }
                return id
            }
        }
        try checkCounts()
    }

    private func orderFault(_ row: borrowing Row) throws(DatabaseError) -> String? {
        let isPaid = try row.text(1) == "paid"
        let hasMovement = row.integer(3) == 1
        if row.integer(2) != 1 { return "is in another currency than the store" }
        if isPaid && !hasMovement { return "is paid without a withdrawal" }
        if isPaid && row.integer(4) != 1 { return "does not fit its withdrawal" }
        if !isPaid && hasMovement { return "is rejected, but money was taken for it" }
        guard let kind = row.optionalText(5), let status = row.optionalText(6) else {
            return "has no letter"
        }
        if kind != (isPaid ? "happy" : "sad") { return "has a letter of the wrong kind" }
        guard let state = row.optionalText(7) else { return "has no event" }
        if (state == "waiting") != (status == "queued") {
            return "has an event that is \(state) and a letter that is \(status)"
        }
        return nil
    }

    /// Letters and events that belong to no order.
    private func checkCounts() throws(DatabaseError) {
        let orphans = [
            ("letter", "letters", "SELECT 1 FROM orders o WHERE o.id = x.order_id"),
            ("event", "events", "SELECT 1 FROM letters l WHERE l.id = x.id"),
        ]
        for (rule, table, parent) in orphans {
            let count = try database.integer(
                "SELECT count(*) FROM \(table) x WHERE NOT EXISTS (\(parent))"
            )
            if let count, count > 0 { find(rule, "\(count) of them belong to nothing") }
        }
    }

    /// What keys point to is there, and ended as they say.
    func checkKeys() throws(DatabaseError) {
        let statement = try Statement(
            database,
            """
            SELECT k.key, k.outcome, o.status, m.id IS NOT NULL OR r.id IS NOT NULL FROM keys k
            LEFT JOIN orders o ON o.id = k.reference
            LEFT JOIN movements m ON m.id = k.reference
            LEFT JOIN registrations r ON r.id = k.reference
            WHERE k.key > ?1 ORDER BY k.key LIMIT ?2
            """
        )
        try eachSlice { (after) throws(DatabaseError) in
            try statement.all(after, StoreAudit.slice) { (row) throws(DatabaseError) in
                let key = try row.uuid(0)
                report.keys += 1
                guard let outcome = row.optionalText(1) else { return key }
                if let status = row.optionalText(2) {
                    if status != outcome {
                        find("key", "\(key) says \(outcome) of an order that is \(status)")
                    }
                } else if row.integer(3) == 0 {
                    find("key", "\(key) points to nothing")
                }
                return key
            }
        }
    }

    /// Runs the closure, each time within one snapshot, from the id on where it ended before.
    private func eachSlice(
        _ read: (_ after: UUID) throws(DatabaseError) -> [UUID]
    ) throws(DatabaseError) {
        var last: UUID? = UUID(high: 0, low: 0)
        while let after = last {
            let ids = try snapshot { () throws(DatabaseError) in try read(after) }
            last = ids.count < StoreAudit.slice ? nil : ids.last
        }
    }
}
