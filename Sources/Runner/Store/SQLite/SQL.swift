internal import Functions

/// Statements that more than one part uses.
enum SQL {
    static let letterByID = """
        SELECT \(LetterState.columns) FROM letters l CROSS JOIN orders o USING (id) WHERE l.id = ?
        """

    static let waitingEvents = """
        SELECT id, CASE WHEN lease_until IS NULL THEN 'waiting' ELSE 'leased' END, attempts, due_at,
        failure FROM letters WHERE status = 'queued' ORDER BY due_at, id LIMIT ?
        """

    static let failedLetters = """
        SELECT id, 'failed', attempts, NULL,
        coalesce(failure, CASE WHEN recipient IS NULL THEN 'no address' END)
        FROM letters WHERE status = 'failed' ORDER BY id DESC LIMIT ?
        """
}
