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
            SELECT o.id, o.currency = ?3, l.id IS NOT NULL,
            EXISTS (SELECT 1 FROM movements m WHERE m.order_id = o.id)
            FROM orders o LEFT JOIN letters l USING (id)
            WHERE o.id > \(StoreAudit.after) ORDER BY o.id LIMIT ?2
            """
        )
        try eachSlice { (after) throws(DatabaseError) in
            try statement.all(after, StoreAudit.slice, currency) { (row) throws(DatabaseError) in
                let id = try row.uuid(0)
                report.orders += 1
                if let fault = orderFault(row) { find("order", "\(id) \(fault)") }
                return id
            }
        }
        try checkLetters()
    }

    private func orderFault(_ row: borrowing Row) -> String? {
        if row.integer(1) != 1 { return "is in another currency than the store" }
        if row.integer(2) != 1 { return "has no letter" }
        if row.integer(3) == 1 { return "was paid for by another withdrawal, too" }
        return nil
    }

    /// Letters that belong to no order.
    private func checkLetters() throws(DatabaseError) {
        let statement = try Statement(
            database,
            """
            SELECT l.id, o.id IS NOT NULL FROM letters l LEFT JOIN orders o USING (id)
            WHERE l.id > \(StoreAudit.after) ORDER BY l.id LIMIT ?2
            """
        )
        var count = 0
        try eachSlice { (after) throws(DatabaseError) in
            try statement.all(after, StoreAudit.slice) { (row) throws(DatabaseError) in
                if row.integer(1) != 1 { count += 1 }
                return try row.uuid(0)
            }
        }
        if count > 0 { find("letter", "\(count) of them belong to no order") }
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
            WHERE k.key > \(StoreAudit.after) ORDER BY k.key LIMIT ?2
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
}
