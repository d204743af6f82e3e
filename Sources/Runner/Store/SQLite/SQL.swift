internal import Functions

/// Statements that more than one part uses.
enum SQL {
    static let letterByID = """
        SELECT \(LetterState.columns) FROM letters l
        CROSS JOIN orders o ON o.id = l.order_id CROSS JOIN events e ON e.id = l.id
        WHERE l.id = ?
        """
}
