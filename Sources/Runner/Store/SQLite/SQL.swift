internal import Functions

/// Statements that more than one part uses.
enum SQL {
    static let letterByID = """
        SELECT \(LetterState.columns) FROM letters l CROSS JOIN orders o USING (id) WHERE l.id = ?
        """

    /// A user's movements (?1) behind one of them (?2), or from the newest on; at most ?3.
    static let movementsOfUser = """
        WITH RECURSIVE chain (id, depth) AS (
            SELECT CASE WHEN ?2 IS NULL THEN (SELECT last_movement FROM accounts WHERE user_id = ?1)
            ELSE coalesce((SELECT previous FROM movements WHERE id = ?2 AND user_id = ?1),
            (SELECT previous_movement FROM orders WHERE id = ?2 AND user_id = ?1)) END, 1
            UNION ALL SELECT \(previousMovement), depth + 1 FROM chain
            WHERE id IS NOT NULL AND depth < ?3
        )
        SELECT \(Movement.columns), depth FROM chain CROSS JOIN movements USING (id)
        UNION ALL SELECT \(Movement.columnsOfOrder), depth FROM chain CROSS JOIN orders USING (id)
        ORDER BY depth
        """

    /// The movement before one of a chain, which is a movement or a paid order.
    static let previousMovement = """
        coalesce((SELECT m.previous FROM movements m WHERE m.id = chain.id),
        (SELECT o.previous_movement FROM orders o WHERE o.id = chain.id))
        """

    /// A user's orders (?1) behind one of them (?2), or from the newest on; at most ?3.
    static func orders(_ columns: String, _ join: String) -> String {
        """
        WITH RECURSIVE chain (id, depth) AS (
            SELECT CASE WHEN ?2 IS NULL THEN (SELECT last_order FROM accounts WHERE user_id = ?1)
            ELSE (SELECT previous_order FROM orders WHERE id = ?2 AND user_id = ?1) END, 1
            UNION ALL SELECT o.previous_order, depth + 1 FROM chain CROSS JOIN orders o USING (id)
            WHERE depth < ?3
        )
        SELECT \(columns) FROM chain CROSS JOIN orders o USING (id) \(join) ORDER BY depth
        """
    }

    /// An account's whole history (?1), walked along its chains for as many steps as it has versions
    /// (?2), in the order of versions.
    static let history = """
        WITH RECURSIVE chain (id, depth) AS (
            SELECT last_movement, 1 FROM accounts WHERE user_id = ?1
            UNION ALL SELECT \(previousMovement), depth + 1 FROM chain
            WHERE id IS NOT NULL AND depth <= ?2
        ), ordered (id, depth) AS (
            SELECT last_order, 1 FROM accounts WHERE user_id = ?1
            UNION ALL SELECT o.previous_order, depth + 1
            FROM ordered CROSS JOIN orders o USING (id) WHERE depth <= ?2
        )
        SELECT id, 'movement', depth, version, leaves, amount, balance
        FROM chain CROSS JOIN movements USING (id) WHERE user_id = ?1
        UNION ALL SELECT id, 'movement', depth, version, 'user', price, balance
        FROM chain CROSS JOIN orders USING (id) WHERE user_id = ?1 AND status = 'paid'
        UNION ALL SELECT id, CASE status WHEN 'paid' THEN 'order' ELSE status END, depth, version,
        NULL, 0, 0 FROM ordered CROSS JOIN orders USING (id) WHERE user_id = ?1
        ORDER BY 4, 2
        """

    static func waitingEvents(_ limit: String = "?") -> String {
        """
        SELECT id, CASE WHEN lease_until IS NULL THEN 'waiting' ELSE 'leased' END, attempts, due_at,
        failure FROM letters WHERE status = 'queued' ORDER BY due_at, id LIMIT \(limit)
        """
    }

    static func failedLetters(_ limit: String = "?") -> String {
        """
        SELECT id, 'failed', attempts, CAST(NULL AS bigint),
        coalesce(failure, CASE WHEN recipient IS NULL THEN 'no address' END)
        FROM letters WHERE status = 'failed' ORDER BY id DESC LIMIT \(limit)
        """
    }
}
