internal import Functions

/// Statements that more than one part uses.
enum SQL {
    static let letterByID = """
        SELECT \(LetterState.columns) FROM letters l
        CROSS JOIN orders o ON o.id = l.order_id CROSS JOIN events e ON e.id = l.id
        WHERE l.id = ?
        """

    static let waitingEvents = """
        SELECT id, CASE WHEN lease_until IS NULL THEN 'waiting' ELSE 'leased' END, attempts, due_at,
        last_error FROM events WHERE state = 'waiting' ORDER BY due_at, id LIMIT ?
        """

    static let failedLetters = """
        SELECT l.id, 'failed', e.attempts, NULL,
        coalesce(l.failure, e.last_error, CASE WHEN l.recipient IS NULL THEN 'no address' END)
        FROM letters l CROSS JOIN events e ON e.id = l.id
        WHERE l.status = 'failed' ORDER BY l.id DESC LIMIT ?
        """
}
