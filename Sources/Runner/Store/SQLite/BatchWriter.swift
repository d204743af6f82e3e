internal import Functions

/// Writes what a batch has decided, table by table.
final class BatchWriter {
    private let account: Statement
    private let movement: Statement
    private let order: Statement
    private let letter: Statement
    private let event: Statement
    private let letterEnd: Statement
    private let eventEnd: Statement
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
            INSERT INTO accounts (\(Account.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE SET balance = excluded.balance,
            version = excluded.version, email = excluded.email, phone = excluded.phone,
            locale = excluded.locale
            """
        )
        movement = try prepare(
            """
            INSERT INTO movements
            (id, user_id, version, leaves, reaches, amount, balance, order_id, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        order = try prepare(
            """
            INSERT INTO orders
            (id, user_id, version, title, price, currency, status, created_at, paid_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        letter = try prepare(
            """
            INSERT INTO letters
            (id, order_id, kind, channel, recipient, locale, template, status, sent_at, failure)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
            """
        )
        event = try prepare(
            """
            INSERT INTO events (id, traceparent, request_id, created_at, state, first_due_at,
            due_at, lease_until, fence, attempts, last_error)
            VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?4, NULL, 0, 0, NULL)
            """
        )
        letterEnd = try prepare(
            "UPDATE letters SET status = ?2, sent_at = ?3, failure = ?4 WHERE id = ?1"
        )
        eventEnd = try prepare(
            "UPDATE events SET state = 'settled', lease_until = NULL WHERE id = ?"
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
    func write(_ decision: BatchDecision) throws(DatabaseError) -> Bool {
        for account in decision.accounts.values { try write(account) }
        let hasEvents = try write(decision.changes)
        for record in decision.records { try write(record) }
        return hasEvents
    }

    func write(_ record: KeyRecord) throws(DatabaseError) {
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
    func write(_ changes: [Change]) throws(DatabaseError) -> Bool {
        for case .movement(let movement) in changes { try write(movement) }
        for case .order(let order) in changes { try write(order) }
        var failed: Set<LetterID> = []
        for case .letter(let letter) in changes {
            try write(letter)
            if letter.status != .queued { failed.insert(letter.id) }
        }
        var hasEvents = false
        for case .event(let event) in changes {
            let waits = !failed.contains(event.id)
            try write(event, waits: waits)
            hasEvents = hasEvents || waits
        }
        for change in changes { try writeRest(change) }
        return hasEvents
    }

    private func write(_ row: Account) throws(DatabaseError) {
        try account.run(
            row.userID,
            row.balance,
            row.version,
            row.contact.email,
            row.contact.phone,
            row.contact.locale,
            row.createdAt
        )
    }

    private func write(_ row: Movement) throws(DatabaseError) {
        try movement.run(
            row.id,
            row.userID,
            row.version,
            row.kind == .deposit ? "outside" : "user",
            row.kind == .deposit ? "user" : "shop",
            row.amount,
            row.balance,
            row.orderID,
            row.createdAt
        )
    }

    private func write(_ row: Order) throws(DatabaseError) {
        try order.run(
            row.id,
            row.userID,
            row.version,
            row.title,
            row.price,
            row.currency,
            row.status.rawValue,
            row.createdAt,
            row.status == .paid ? row.id : nil
        )
    }

    private func write(_ row: Letter) throws(DatabaseError) {
        try letter.run(
            row.id,
            row.order.id,
            row.kind.rawValue,
            row.channel.rawValue,
            row.recipient,
            row.locale,
            row.template,
            row.status.rawValue,
            row.sentAt
        )
    }

    /// The event of a letter that failed for want of an address is settled from the start.
    private func write(_ row: OrderSettled, waits: Bool) throws(DatabaseError) {
        try event.run(
            row.id,
            row.traceparent,
            row.requestID,
            row.createdAt,
            waits ? "waiting" : "settled"
        )
    }

    private func writeRest(_ change: Change) throws(DatabaseError) {
        switch change {
        case .movement, .order, .letter, .event: break
        case .letterEnded(let letter, let reason):
            try letterEnd.run(letter.id, letter.status.rawValue, letter.sentAt, reason)
            try eventEnd.run(letter.id)
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
