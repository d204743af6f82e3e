internal import Functions

/// Writes what a batch has decided, table by table.
final class BatchWriter {
    private let account: Statement
    private let movement: Statement
    private let order: Statement
    private let letter: Statement
    private let letterEnd: Statement
    private let key: Statement
    private let claim: Statement
    private let claimEnd: Statement
    private let registration: Statement

    init(_ database: Database) throws(DatabaseError) {
        func prepare(_ sql: String) throws(DatabaseError) -> Statement {
            try Statement(database, sql)
        }
        account = try prepare(
            """
            INSERT INTO accounts (\(Account.columns), \(ChainHeads.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE SET balance = excluded.balance,
            version = excluded.version, email = excluded.email, phone = excluded.phone,
            locale = excluded.locale, last_order = excluded.last_order,
            last_movement = excluded.last_movement
            """
        )
        movement = try prepare(
            """
            INSERT INTO movements
            (id, user_id, version, leaves, reaches, amount, balance, order_id, created_at, previous)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        order = try prepare(
            """
            INSERT INTO orders
            (id, user_id, version, title, price, currency, status, balance, created_at,
            previous_order, previous_movement) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        letter = try prepare(
            """
            INSERT INTO letters (id, channel, recipient, locale, template, status, sent_at, failure,
            traceparent, request_id, first_due_at, due_at, lease_until, fence, attempts)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, ?8, ?9, ?10, ?10, NULL, 0, 0)
            """
        )
        letterEnd = try prepare(
            """
            UPDATE letters SET status = ?2, sent_at = ?3, failure = ?4, lease_until = NULL
            WHERE id = ?1
            """
        )
        key = try prepare(
            """
            INSERT \(BatchWriter.keyConflict) INTO keys (\(KeyRecord.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        )
        claim = try prepare(
            """
            INSERT INTO claims (\(RegistrationClaim.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (email) DO UPDATE SET id = excluded.id, phone = excluded.phone,
            locale = excluded.locale, key = excluded.key, fingerprint = excluded.fingerprint,
            request_id = excluded.request_id, claimed_at = excluded.claimed_at,
            attempted_at = excluded.attempted_at
            """
        )
        claimEnd = try prepare("DELETE FROM claims WHERE email = ?")
        registration = try prepare(
            "INSERT INTO registrations (\(Registration.columns)) VALUES (?, ?, ?, ?, ?, ?)"
        )
    }

    /// A key that is there already is a defect: the batch is refused.
    private static var keyConflict: String {
        #if PLANTED_BUGS
            return PlantedBug.ignoresKeys ? "OR IGNORE" : ""
        #else
            return ""
        #endif
    }

    /// Answers whether an event waits now that did not before.
    func write(
        _ decision: BatchDecision,
        _ heads: inout [UserID: ChainHeads]
    ) throws(DatabaseError) -> Bool {
        let chained = ChainedRows(decision.changes, &heads)
        for account in decision.accounts.values {
            try write(account, heads[account.userID] ?? ChainHeads())
        }
        let hasEvents = try write(decision.changes, chained)
        for record in decision.records { try write(record) }
        return hasEvents
    }

    private func write(_ record: KeyRecord) throws(DatabaseError) {
        let claim = record.claim
        switch record.ending {
        case .reply(let outcome, let reference):
            try key.run(
                claim.key,
                claim.fingerprint,
                outcome,
                reference,
                String?.none,
                String?.none,
                record.requestID
            )
        case .problem(let code, let detail):
            try key.run(
                claim.key,
                claim.fingerprint,
                String?.none,
                UUID?.none,
                code,
                detail,
                record.requestID
            )
        }
    }

    /// In passes, a table each: what a row refers to is written before it, and rows of one table
    /// lie together.
    private func write(
        _ changes: [Change],
        _ chained: ChainedRows
    ) throws(DatabaseError) -> Bool {
        for row in chained.movements { try write(row.movement, behind: row.previous) }
        for row in chained.orders { try write(row) }
        var hasEvents = false
        for case .letter(let letter, let event) in changes {
            try write(letter, event)
            hasEvents = hasEvents || letter.status == .queued
        }
        for change in changes { try writeRest(change) }
        return hasEvents
    }

    private func write(_ row: Account, _ heads: ChainHeads) throws(DatabaseError) {
        try account.run(
            row.userID,
            row.balance,
            row.version,
            row.contact.email,
            row.contact.phone,
            row.contact.locale,
            row.createdAt,
            heads.order,
            heads.movement
        )
    }

    private func write(_ row: Movement, behind previous: UUID?) throws(DatabaseError) {
        try movement.run(
            row.id,
            row.userID,
            row.version,
            row.kind == .deposit ? "outside" : "user",
            row.kind == .deposit ? "user" : "shop",
            row.amount,
            row.balance,
            row.orderID,
            row.createdAt,
            previous
        )
    }

    private func write(_ chained: ChainedRows.ChainedOrder) throws(DatabaseError) {
        let row = chained.order
        try order.run(
            row.id,
            row.userID,
            row.version,
            row.title,
            row.price,
            row.currency,
            row.status.rawValue,
            chained.payment?.balance,
            row.createdAt,
            chained.previousOrder,
            chained.previousMovement
        )
    }

    private func write(_ row: Letter, _ event: OrderSettled) throws(DatabaseError) {
        try letter.run(
            row.id,
            row.channel.rawValue,
            row.recipient,
            row.locale,
            row.template,
            row.status.rawValue,
            row.sentAt,
            event.traceparent,
            event.requestID,
            event.createdAt
        )
    }

    private func writeRest(_ change: Change) throws(DatabaseError) {
        switch change {
        case .movement, .order, .letter: break
        case .letterEnded(let letter, let reason):
            try letterEnd.run(letter.id, letter.status.rawValue, letter.sentAt, reason)
        case .claim(let row):
            try claim.run(
                row.id,
                row.email,
                row.phone,
                row.locale,
                row.key.key,
                row.key.fingerprint,
                row.requestID,
                row.claimedAt,
                row.attemptedAt
            )
        case .claimEnded(let email):
            try claimEnd.run(email)
        case .registration(let row):
            try registration.run(
                row.id,
                row.userID,
                row.email,
                row.balance,
                row.currency,
                row.accountCreatedAt
            )
        }
    }
}
