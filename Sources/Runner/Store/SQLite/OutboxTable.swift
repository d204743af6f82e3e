internal import Functions

/// The outbox's own statements, run by the writer.
final class OutboxTable {
    /// How many failed letters one batch makes due again.
    static let redriveSlice = 256

    private let due: Statement
    private let lease: Statement
    private let renewal: Statement
    private let postponement: Statement
    private let failed: Statement
    private let failedOne: Statement
    private let restart: Statement
    private let next: Statement
    private let claims: Statement
    private let database: Database

    init(_ database: Database) throws(DatabaseError) {
        func prepare(_ sql: String) throws(DatabaseError) -> Statement {
            try Statement(database, sql)
        }
        self.database = database
        due = try prepare(
            """
            SELECT l.id, l.traceparent, l.request_id, o.created_at, l.fence, l.attempts, \
            l.first_due_at FROM letters l CROSS JOIN orders o USING (id)
            WHERE l.status = 'queued' AND l.due_at <= ? ORDER BY l.due_at, l.id LIMIT ?
            """
        )
        lease = try prepare(
            """
            UPDATE letters SET fence = ?2, attempts = attempts + 1, lease_until = ?3, due_at = ?3
            WHERE id = ?1
            """
        )
        renewal = try prepare(
            """
            UPDATE letters SET lease_until = ?3, due_at = ?3
            WHERE id = ?1 AND fence = ?2 AND lease_until IS NOT NULL
            """
        )
        postponement = try prepare(
            """
            UPDATE letters SET due_at = ?3, lease_until = NULL, failure = ?4
            WHERE id = ?1 AND fence = ?2 AND status = 'queued'
            """
        )
        failed = try prepare(
            """
            SELECT l.id, a.email, a.phone, a.locale FROM letters l
            CROSS JOIN orders o USING (id) CROSS JOIN accounts a USING (user_id)
            WHERE l.status = 'failed' AND l.id > ? ORDER BY l.id LIMIT ?
            """
        )
        failedOne = try prepare(
            """
            SELECT l.id, a.email, a.phone, a.locale FROM letters l
            CROSS JOIN orders o USING (id) CROSS JOIN accounts a USING (user_id)
            WHERE l.status = 'failed' AND l.id = ?
            """
        )
        // The fence rises, so that a delivery from before cannot end the letter once more.
        restart = try prepare(
            """
            UPDATE letters SET status = 'queued', channel = ?2, recipient = ?3, failure = NULL,
            first_due_at = ?4, due_at = ?4, fence = fence + 1, attempts = 0 WHERE id = ?1
            """
        )
        next = try prepare("SELECT min(due_at) FROM letters WHERE status = 'queued'")
        claims = try prepare(
            """
            SELECT \(RegistrationClaim.columns) FROM claims WHERE attempted_at < ?
            ORDER BY attempted_at LIMIT ?
            """
        )
    }

    /// Takes due events, those that have waited longest first.
    func claim(
        limit: Int,
        now: Timestamp,
        leaseUntil: Timestamp
    ) throws(DatabaseError) -> [ClaimedEvent] {
        let events = try due.all(now, limit) { (row) throws(DatabaseError) in
            ClaimedEvent(
                event: OrderSettled(
                    id: try row.id(0),
                    traceparent: row.optionalText(1),
                    requestID: try row.uuid(2),
                    createdAt: row.moment(3)
                ),
                fence: row.integer(4) + OutboxTable.fenceStep,
                attempts: Int(row.integer(5)),
                firstDueAt: row.moment(6)
            )
        }
        for event in events { try lease.run(event.event.id, event.fence, leaseUntil) }
        return events
    }

    func renew(_ events: [ClaimedEvent], until: Timestamp) throws(DatabaseError) {
        for event in events { try renewal.run(event.event.id, event.fence, until) }
    }

    func postpone(
        _ event: ClaimedEvent,
        until: Timestamp,
        reason: String
    ) throws(DatabaseError) -> Bool {
        try postponement.run(event.event.id, event.fence, until, reason)
        return database.changes == 1
    }

    func nextDue() throws(DatabaseError) -> Timestamp? {
        try next.first { (row) throws(DatabaseError) in row.optionalMoment(0) } ?? nil
    }

    func staleClaims(before: Timestamp, limit: Int) throws(DatabaseError) -> [RegistrationClaim] {
        try claims.all(before, limit, read: RegistrationClaim.init)
    }

    /// Gives every event back whose lease an earlier owner of the file has left behind.
    func dropLeases(now: Timestamp) throws(DatabaseError) {
        try Statement(
            database,
            """
            UPDATE letters SET lease_until = NULL, due_at = min(due_at, ?)
            WHERE status = 'queued' AND lease_until IS NOT NULL
            """,
            isKept: false
        ).run(now)
    }

    /// A letter that has failed, and its user's contact as it is now.
    typealias FailedLetter = (id: LetterID, contact: Contact)

    func failedLetters(after id: LetterID) throws(DatabaseError) -> [FailedLetter] {
        try failed.all(id, OutboxTable.redriveSlice, read: OutboxTable.failedLetter)
    }

    func failedLetter(_ id: LetterID) throws(DatabaseError) -> FailedLetter? {
        try failedOne.first(id, read: OutboxTable.failedLetter)
    }

    func redrive(_ id: LetterID, to recipient: Recipient, now: Timestamp) throws(DatabaseError) {
        try restart.run(id, recipient.channel.rawValue, recipient.address, now)
    }

    private static func failedLetter(_ row: borrowing Row) throws(DatabaseError) -> FailedLetter {
        let contact = Contact(
            email: row.optionalText(1),
            phone: row.optionalText(2),
            locale: row.optionalText(3)
        )
        return (id: try row.id(0), contact: contact)
    }

    private static var fenceStep: Int64 {
        #if PLANTED_BUGS
            return PlantedBug.current == .noFence ? 0 : 1
        #else
            return 1
        #endif
    }
}
