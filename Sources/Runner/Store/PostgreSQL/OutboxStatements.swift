internal import Functions

/// What is asked of the outbox, as statements.
///
/// Letters are locked in the order of their ids.
enum OutboxStatements {
    /// How many failed letters one transaction makes due again.
    static let redriveSlice = 256

    /// Due events, those that have waited longest first; what another worker is just taking is
    /// passed over, where the database can.
    static func due(now: Timestamp, limit: Int, skipsLocked: Bool) -> PostgreSQLStatement {
        #if PLANTED_BUGS
            let skipsLocked = skipsLocked || PlantedBug.current == .skipsLocked
        #endif
        return PostgreSQLStatement(
            """
            SELECT l.id, l.traceparent, l.request_id, o.created_at, l.fence, l.attempts,
            l.first_due_at FROM letters l JOIN orders o USING (id)
            WHERE l.status = 'queued' AND l.due_at <= $1 ORDER BY l.due_at, l.id LIMIT $2
            FOR UPDATE OF l \(skipsLocked ? "SKIP LOCKED" : "")
            """,
            .moment(now),
            .integer(Int64(limit))
        )
    }

    static func event(_ row: PostgreSQLRow) throws(PostgreSQLError) -> ClaimedEvent {
        ClaimedEvent(
            event: OrderSettled(
                id: try row.id(0),
                traceparent: try row.optionalText(1),
                requestID: try row.uuid(2),
                createdAt: try row.moment(3)
            ),
            fence: try row.integer(4) + fenceStep,
            attempts: Int(try row.integer(5)),
            firstDueAt: try row.moment(6)
        )
    }

    static func lease(_ events: [ClaimedEvent], until: Timestamp) -> PostgreSQLStatement {
        PostgreSQLStatement(
            """
            UPDATE letters SET fence = n.fence, attempts = attempts + 1, lease_until = $3,
            due_at = $3 FROM unnest($1, $2) AS n (id, fence) WHERE letters.id = n.id
            """,
            .ids(events.map(\.event.id)),
            .integers(events.map(\.fence)),
            .moment(until)
        )
    }

    static func lock(_ letters: [LetterID]) -> PostgreSQLStatement {
        PostgreSQLStatement(
            "SELECT id FROM letters WHERE id = ANY ($1) ORDER BY id FOR UPDATE",
            .ids(letters)
        )
    }

    static func renew(_ events: [ClaimedEvent], until: Timestamp) -> PostgreSQLStatement {
        PostgreSQLStatement(
            """
            UPDATE letters SET lease_until = $3, due_at = $3
            FROM unnest($1, $2) AS n (id, fence)
            WHERE letters.id = n.id AND letters.fence = n.fence AND lease_until IS NOT NULL
            """,
            .ids(events.map(\.event.id)),
            .integers(events.map(\.fence)),
            .moment(until)
        )
    }

    static func postpone(
        _ event: ClaimedEvent,
        until: Timestamp,
        reason: String
    ) -> PostgreSQLStatement {
        PostgreSQLStatement(
            """
            UPDATE letters SET due_at = $3, lease_until = NULL, failure = $4
            WHERE id = $1 AND fence = $2 AND status = 'queued'
            """,
            .id(event.event.id),
            .integer(event.fence),
            .moment(until),
            .text(reason)
        )
    }

    static let next = PostgreSQLStatement(
        "SELECT min(due_at) FROM letters WHERE status = 'queued'"
    )

    static func staleClaims(before: Timestamp, limit: Int) -> PostgreSQLStatement {
        PostgreSQLStatement(
            """
            SELECT \(RegistrationClaim.columns) FROM claims WHERE attempted_at < $1
            ORDER BY attempted_at LIMIT $2
            """,
            .moment(before),
            .integer(Int64(limit))
        )
    }

    // MARK: Failed letters

    /// A letter that has failed, and its user's contact as it is now.
    typealias FailedLetter = (id: LetterID, contact: Contact)

    private static func failed(_ condition: String) -> String {
        """
        SELECT l.id, a.email, a.phone, a.locale FROM letters l
        JOIN orders o USING (id) JOIN accounts a USING (user_id)
        WHERE l.status = 'failed' AND \(condition) FOR UPDATE OF l
        """
    }

    static func failed(after id: LetterID) -> PostgreSQLStatement {
        PostgreSQLStatement(
            failed("l.id > $1 ORDER BY l.id LIMIT $2"),
            .id(id),
            .integer(Int64(redriveSlice))
        )
    }

    static func failed(_ ids: [LetterID]) -> PostgreSQLStatement {
        PostgreSQLStatement(failed("l.id = ANY ($1) ORDER BY l.id"), .ids(ids))
    }

    static func failedLetter(_ row: PostgreSQLRow) throws(PostgreSQLError) -> FailedLetter {
        let contact = Contact(
            email: try row.optionalText(1),
            phone: try row.optionalText(2),
            locale: try row.optionalText(3)
        )
        return (id: try row.id(0), contact: contact)
    }

    /// The fence rises, so that a delivery from before cannot end the letter once more.
    static func restart(
        _ letters: [(id: LetterID, recipient: Recipient)],
        now: Timestamp
    ) -> PostgreSQLStatement {
        PostgreSQLStatement(
            """
            UPDATE letters SET status = 'queued', channel = n.channel, recipient = n.recipient,
            failure = NULL, first_due_at = $4, due_at = $4, fence = fence + 1, attempts = 0
            FROM unnest($1, $2, $3) AS n (id, channel, recipient) WHERE letters.id = n.id
            """,
            .ids(letters.map(\.id)),
            .texts(letters.map(\.recipient.channel.rawValue)),
            .texts(letters.map(\.recipient.address)),
            .moment(now)
        )
    }

    private static var fenceStep: Int64 {
        #if PLANTED_BUGS
            return PlantedBug.current == .noFence ? 0 : 1
        #else
            return 1
        #endif
    }
}
