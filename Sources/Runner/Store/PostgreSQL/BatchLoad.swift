internal import Functions

/// What a batch takes hold of before it decides: its keys first, then its rows, each sorted, so that
/// two batches never wait for each other in a circle.
final class BatchLoad {
    private enum Table { case accounts, orders, letters, claims }

    /// The rows, as they were found and as the members so far have left them.
    let working = WorkingSet()
    /// Keys that have a record already.
    private var records: [UUID: KeyRecord] = [:]
    /// The answers that those keys name.
    private(set) var recordedAnswers: Set<UUID> = []
    /// The ids of answers-to-be, by key: those of the keys that were not there before.
    private(set) var answers: [UUID: UUID] = [:]
    /// What was there when it was loaded: it is updated, the rest is inserted.
    private(set) var knownAccounts: Set<UserID> = []
    private(set) var knownClaims: Set<String> = []

    private let keys: [UUID]
    private let accounts: [UserID]
    private let orders: [OrderID]
    private let letters: [LetterID]
    private let claims: [String]
    private let answerIDs: [UUID]

    init(_ members: [BatchMember], makeIdentifier: () -> UUID) {
        func distinct<Value: Hashable>(_ values: [Value]) -> [Value] { Array(Set(values)) }
        keys = distinct(members.compactMap { $0.key?.key }).sorted()
        accounts = distinct(members.flatMap(\.rows.accounts)).sorted { $0.uuid < $1.uuid }
        orders = distinct(members.flatMap(\.rows.orders))
        letters = distinct(members.flatMap(\.rows.letters))
        claims = distinct(members.flatMap(\.rows.claims))
        answerIDs = keys.map { _ in makeIdentifier() }
    }

    // MARK: Keys

    var knownRecords: [UUID: KeyRecord] {
        #if PLANTED_BUGS
            if PlantedBug.current == .keyIgnored { return [:] }
        #endif
        return records
    }

    /// A key that another transaction is just inserting makes this one wait for how that ends.
    var keyStatements: [PostgreSQLStatement] {
        if keys.isEmpty { return [] }
        return [
            PostgreSQLStatement(
                """
                INSERT INTO keys (key, answer)
                SELECT k.key, k.answer FROM unnest($1, $2) AS k (key, answer)
                ORDER BY \(BatchLoad.order("k.key"))
                ON CONFLICT (key) DO NOTHING RETURNING key
                """,
                .uuids(keys),
                .uuids(answerIDs)
            ),
            PostgreSQLStatement(
                """
                SELECT \(KeyRecord.joinedColumns) FROM keys k JOIN answers a ON a.id = k.answer
                WHERE k.key = ANY ($1)
                """,
                .uuids(keys)
            ),
        ]
    }

    func takeKeys(_ results: ArraySlice<PostgreSQLResult>) throws(PostgreSQLError) {
        guard let inserted = results.first, let found = results.last else { return }
        let fresh = Set(try inserted.map { (row) throws(PostgreSQLError) in try row.uuid(0) })
        for (key, answer) in zip(keys, answerIDs) where fresh.contains(key) {
            answers[key] = answer
        }
        for index in 0..<found.count {
            let record = try KeyRecord(found[index])
            records[record.claim.key] = record
            recordedAnswers.insert(try found[index].uuid(7))
        }
        // Key and answer are one commit's: nobody ever sees the one without the other.
        guard keys.allSatisfy({ fresh.contains($0) != (records[$0] != nil) }) else {
            throw PostgreSQLError(.unexpected, "a key has no answer")
        }
    }

    // MARK: Rows

    var rowStatements: [PostgreSQLStatement] { tables.map(statement) }

    private var tables: [Table] {
        var tables: [Table] = []
        if !accounts.isEmpty { tables.append(.accounts) }
        if !orders.isEmpty { tables.append(.orders) }
        if !letters.isEmpty { tables.append(.letters) }
        if !claims.isEmpty { tables.append(.claims) }
        return tables
    }

    private func statement(_ table: Table) -> PostgreSQLStatement {
        switch table {
        case .accounts:
            PostgreSQLStatement(
                """
                SELECT \(Account.columns) FROM accounts WHERE user_id = ANY ($1)
                ORDER BY \(BatchLoad.order("user_id")) FOR UPDATE
                """,
                .ids(accounts)
            )
        case .orders:
            PostgreSQLStatement(
                """
                SELECT id FROM orders WHERE id = ANY ($1)
                UNION ALL SELECT order_id FROM movements WHERE order_id = ANY ($1)
                """,
                .ids(orders)
            )
        case .letters:
            PostgreSQLStatement(
                """
                SELECT \(LetterState.columns) FROM letters l JOIN orders o USING (id)
                WHERE l.id = ANY ($1) ORDER BY l.id FOR UPDATE OF l
                """,
                .ids(letters)
            )
        case .claims:
            PostgreSQLStatement(
                """
                SELECT \(RegistrationClaim.columns) FROM claims WHERE email = ANY ($1)
                ORDER BY email FOR UPDATE
                """,
                .texts(claims)
            )
        }
    }

    /// What locks are taken in the order of.
    private static func order(_ column: String) -> String {
        #if PLANTED_BUGS
            return PlantedBug.current == .unsortedLocks ? "random()" : column
        #else
            return column
        #endif
    }

    func takeRows(_ results: ArraySlice<PostgreSQLResult>) throws(PostgreSQLError) {
        for id in accounts { working.accounts.updateValue(nil, forKey: id) }
        for id in orders { working.usedOrders[id] = false }
        for id in letters { working.letters.updateValue(nil, forKey: id) }
        for email in claims { working.claims.updateValue(nil, forKey: email) }
        for (table, result) in zip(tables, results) {
            for index in 0..<result.count { try take(result[index], of: table) }
        }
    }

    private func take(_ row: PostgreSQLRow, of table: Table) throws(PostgreSQLError) {
        switch table {
        case .accounts:
            let account = try Account(row)
            working.accounts[account.userID] = .some(account)
            knownAccounts.insert(account.userID)
        case .orders: working.usedOrders[try row.id(0)] = true
        case .letters:
            let state = try LetterState(row)
            working.letters[state.letter.id] = .some(state)
        case .claims:
            let claim = try RegistrationClaim(row)
            working.claims[claim.email] = .some(claim)
            knownClaims.insert(claim.email)
        }
    }
}
