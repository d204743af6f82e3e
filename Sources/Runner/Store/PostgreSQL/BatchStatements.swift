internal import Functions

/// Writes what a batch has decided, set-wise: a statement a table, what a row refers to before it.
struct BatchStatements {
    private(set) var statements: [PostgreSQLStatement] = []
    /// Whether an event waits after them that did not before.
    private(set) var hasEvents = false

    init(_ decision: BatchDecision, _ load: BatchLoad, freesKeys: Bool = true) {
        let changes = BatchChanges(decision.changes)
        hasEvents = changes.letters.contains { $0.letter.status == .queued }
        write(decision.accounts.values.sorted { $0.userID.uuid < $1.userID.uuid }, load)
        write(changes.movements)
        write(changes.orders)
        write(changes.letters)
        end(changes.endedLetters)
        write(changes.claims, load)
        write(changes.registrations)
        write(decision.records, load)
        if freesKeys { free(decision.records, load) }
        #if PLANTED_BUGS
            if PlantedBug.current == .synchronousOff {
                statements.append(
                    PostgreSQLStatement("SELECT set_config('synchronous_commit', 'off', true)")
                )
            }
        #endif
    }

    private mutating func write(_ accounts: [Account], _ load: BatchLoad) {
        let known = accounts.filter { load.knownAccounts.contains($0.userID) }
        let new = accounts.filter { !load.knownAccounts.contains($0.userID) }
        add(
            new,
            "INSERT INTO accounts (\(Account.columns)) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)"
        ) { rows in
            BatchStatements.state(rows) + [.moments(rows.map(\.createdAt))]
        }
        add(
            known,
            """
            UPDATE accounts SET balance = n.balance, version = n.version, email = n.email,
            phone = n.phone, locale = n.locale
            FROM unnest($1, $2, $3, $4, $5, $6)
            AS n (user_id, balance, version, email, phone, locale)
            WHERE accounts.user_id = n.user_id
            """,
            values: BatchStatements.state
        )
    }

    private static func state(_ accounts: [Account]) -> [PostgreSQLValue] {
        [
            .ids(accounts.map(\.userID)), .integers(accounts.map(\.balance)),
            .integers(accounts.map(\.version)), .texts(accounts.map(\.contact.email)),
            .texts(accounts.map(\.contact.phone)), .texts(accounts.map(\.contact.locale)),
        ]
    }

    private mutating func write(_ movements: [Movement]) {
        add(
            movements,
            """
            INSERT INTO movements
            (id, user_id, version, leaves, reaches, amount, balance, order_id, created_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """
        ) { rows in
            [
                .ids(rows.map(\.id)), .ids(rows.map(\.userID)), .integers(rows.map(\.version)),
                .texts(rows.map { $0.kind == .deposit ? "outside" : "user" }),
                .texts(rows.map { $0.kind == .deposit ? "user" : "shop" }),
                .integers(rows.map(\.amount)), .integers(rows.map(\.balance)),
                .uuids(rows.map { $0.orderID?.uuid }), .moments(rows.map(\.createdAt)),
            ]
        }
    }

    private mutating func write(_ orders: [BatchChanges.PaidOrder]) {
        add(
            orders,
            """
            INSERT INTO orders
            (id, user_id, version, title, price, currency, status, balance, created_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """
        ) { rows in
            [
                .ids(rows.map(\.order.id)), .ids(rows.map(\.order.userID)),
                .integers(rows.map(\.order.version)), .texts(rows.map(\.order.title)),
                .integers(rows.map(\.order.price)), .texts(rows.map(\.order.currency)),
                .texts(rows.map(\.order.status.rawValue)),
                .integers(rows.map { $0.payment?.balance }),
                .moments(rows.map(\.order.createdAt)),
            ]
        }
    }

    private mutating func write(_ letters: [BatchChanges.AskedLetter]) {
        add(
            letters,
            """
            INSERT INTO letters (id, channel, recipient, locale, template, status, sent_at,
            traceparent, request_id, first_due_at, due_at, fence, attempts)
            SELECT n.id, n.channel, n.recipient, n.locale, n.template, n.status, n.sent_at,
            n.traceparent, n.request_id, n.due_at, n.due_at, 0, 0
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS n (id, channel, recipient,
            locale, template, status, sent_at, traceparent, request_id, due_at)
            """
        ) { rows in
            [
                .ids(rows.map(\.letter.id)), .texts(rows.map(\.letter.channel.rawValue)),
                .texts(rows.map(\.letter.recipient)), .texts(rows.map(\.letter.locale)),
                .integers(rows.map { Int64($0.letter.template) }),
                .texts(rows.map(\.letter.status.rawValue)), .moments(rows.map(\.letter.sentAt)),
                .texts(rows.map(\.event.traceparent)), .uuids(rows.map(\.event.requestID)),
                .moments(rows.map(\.event.createdAt)),
            ]
        }
    }

    private mutating func end(_ letters: [BatchChanges.EndedLetter]) {
        add(
            letters,
            """
            UPDATE letters SET status = n.status, sent_at = n.sent_at, failure = n.failure,
            lease_until = NULL
            FROM unnest($1, $2, $3, $4) AS n (id, status, sent_at, failure)
            WHERE letters.id = n.id
            """
        ) { rows in
            [
                .ids(rows.map(\.letter.id)), .texts(rows.map(\.letter.status.rawValue)),
                .moments(rows.map(\.letter.sentAt)), .texts(rows.map(\.reason)),
            ]
        }
    }

    private mutating func write(_ claims: [String: RegistrationClaim?], _ load: BatchLoad) {
        let kept = claims.values.compactMap { $0 }
        add(
            kept.filter { !load.knownClaims.contains($0.email) },
            """
            INSERT INTO claims (\(RegistrationClaim.columns))
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            values: BatchStatements.columns
        )
        add(
            kept.filter { load.knownClaims.contains($0.email) },
            """
            UPDATE claims SET id = n.id, phone = n.phone, locale = n.locale, key = n.key,
            fingerprint = n.fingerprint, request_id = n.request_id, claimed_at = n.claimed_at,
            attempted_at = n.attempted_at
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS n (\(RegistrationClaim.columns))
            WHERE claims.email = n.email
            """,
            values: BatchStatements.columns
        )
        let ended = claims.filter { $0.value == nil && load.knownClaims.contains($0.key) }.keys
        add(Array(ended), "DELETE FROM claims WHERE email = ANY ($1)") { [.texts($0)] }
    }

    private static func columns(_ claims: [RegistrationClaim]) -> [PostgreSQLValue] {
        [
            .ids(claims.map(\.id)), .texts(claims.map(\.email)), .texts(claims.map(\.phone)),
            .texts(claims.map(\.locale)), .uuids(claims.map(\.key.key)),
            .uuids(claims.map(\.key.fingerprint)), .uuids(claims.map(\.requestID)),
            .moments(claims.map(\.claimedAt)), .moments(claims.map(\.attemptedAt)),
        ]
    }

    private mutating func write(_ registrations: [Registration]) {
        add(
            registrations,
            """
            INSERT INTO registrations (\(Registration.columns))
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
            """
        ) { rows in
            [
                .ids(rows.map(\.id)), .ids(rows.map(\.userID)), .texts(rows.map(\.email)),
                .integers(rows.map(\.balance)), .texts(rows.map(\.currency)),
                .moments(rows.map(\.accountCreatedAt)),
            ]
        }
    }

    private mutating func write(_ records: [KeyRecord], _ load: BatchLoad) {
        add(
            records.compactMap { AnswerRow($0, id: load.answers[$0.claim.key]) },
            """
            INSERT INTO answers (id, fingerprint, outcome, reference, problem, detail, request_id)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) \(BatchStatements.answerConflict)
            """
        ) { rows in
            [
                .uuids(rows.map(\.id)), .uuids(rows.map(\.fingerprint)),
                .texts(rows.map(\.outcome)), .uuids(rows.map(\.reference)),
                .texts(rows.map(\.problem)), .texts(rows.map(\.detail)),
                .uuids(rows.map(\.requestID)),
            ]
        }
    }

    /// Keys whose call ends without an answer are free again.
    private mutating func free(_ records: [KeyRecord], _ load: BatchLoad) {
        let answered = Set(records.map(\.claim.key))
        let keys = load.answers.keys.filter { !answered.contains($0) }
        add(keys, "DELETE FROM keys WHERE key = ANY ($1)") { [.uuids($0)] }
    }

    private static var answerConflict: String {
        #if PLANTED_BUGS
            return PlantedBug.ignoresKeys ? "ON CONFLICT DO NOTHING" : ""
        #else
            return ""
        #endif
    }

    /// No rows, no statement.
    private mutating func add<Row>(
        _ rows: [Row],
        _ sql: String,
        values: ([Row]) -> [PostgreSQLValue]
    ) {
        if rows.isEmpty { return }
        statements.append(PostgreSQLStatement(sql, values(rows), expecting: nil))
    }
}
