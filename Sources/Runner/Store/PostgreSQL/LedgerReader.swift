internal import Functions

/// The questions of queries, as statements on the ledger.
///
/// Every one has a bound.
struct LedgerReader: SnapshotReader {
    func statement(for read: SnapshotRead) -> PostgreSQLStatement {
        switch read {
        case .account(let id): one("\(Account.columns) FROM accounts WHERE user_id", .id(id))
        case .movement(let id): one("\(Movement.columns) FROM movements WHERE id", .id(id))
        case .order(let id): one("\(Order.columns) FROM orders o WHERE o.id", .id(id))
        case .letter(let id):
            one(
                "\(LetterState.columns) FROM letters l JOIN orders o USING (id) WHERE l.id",
                .id(id)
            )
        case .registration(let id):
            one("\(Registration.columns) FROM registrations WHERE id", .id(id))
        case .claim(let email):
            one("\(RegistrationClaim.columns) FROM claims WHERE email", .text(email))
        case .movements(let user, let last, let limit): movements(user, last?.uuid, limit)
        case .orders(let whose, let last, let limit):
            list(Order.columns, "", whose, last?.uuid, limit)
        case .letters(let whose, let last, let limit):
            list(Letter.columns, "JOIN letters l USING (id)", whose, last?.uuid, limit)
        }
    }

    func answer(
        to read: SnapshotRead,
        _ result: PostgreSQLResult
    ) throws(PostgreSQLError) -> SnapshotAnswer {
        switch read {
        case .account: .account(try result.map(Account.init).first)
        case .movement: .movement(try result.map(Movement.init).first)
        case .order: .order(try result.map(Order.init).first)
        case .letter: .letter(try result.map(LetterState.init).first)
        case .registration: .registration(try result.map(Registration.init).first)
        case .claim: .claim(try result.map(RegistrationClaim.init).first)
        case .movements: .movements(try result.map(Movement.init))
        case .orders: .orders(try result.map(Order.init))
        case .letters: .letters(try result.map(Letter.init))
        }
    }

    private func one(_ rest: String, _ key: PostgreSQLValue) -> PostgreSQLStatement {
        PostgreSQLStatement("SELECT \(rest) = $1", key)
    }

    /// Movements of their own and paid orders: two ranges of versions, merged.
    private func movements(_ user: UserID, _ last: UUID?, _ limit: Int) -> PostgreSQLStatement {
        let version = """
            coalesce((SELECT version FROM movements WHERE id = $3 AND user_id = $1),
            (SELECT version FROM orders WHERE id = $3 AND user_id = $1 AND status = 'paid'))
            """
        let behind = last == nil ? "" : "AND version < \(version)"
        let sql = """
            SELECT * FROM (
            (SELECT \(Movement.columns) FROM movements WHERE user_id = $1 \(behind)
            ORDER BY version DESC LIMIT $2)
            UNION ALL
            (SELECT \(Movement.columnsOfOrder) FROM orders
            WHERE user_id = $1 AND status = 'paid' \(behind) ORDER BY version DESC LIMIT $2)
            ) AS l ORDER BY version DESC LIMIT $2
            """
        return page(sql, .id(user), limit, last)
    }

    private func list(
        _ columns: String,
        _ join: String,
        _ whose: Whose,
        _ last: UUID?,
        _ limit: Int
    ) -> PostgreSQLStatement {
        switch whose {
        case .user(let user): return ofUser(columns, join, user, last, limit)
        case .everybody:
            return PostgreSQLStatement(
                """
                SELECT \(columns) FROM orders o \(join) WHERE o.id < $1
                ORDER BY o.id DESC LIMIT $2
                """,
                .uuid(last ?? UUID(high: .max, low: .max)),
                .integer(Int64(limit))
            )
        }
    }

    /// Two ranges of versions again: those of the paid and those of the rejected.
    private func ofUser(
        _ columns: String,
        _ join: String,
        _ user: UserID,
        _ last: UUID?,
        _ limit: Int
    ) -> PostgreSQLStatement {
        let behind =
            last == nil
            ? "" : "AND version < (SELECT version FROM orders WHERE id = $3 AND user_id = $1)"
        func range(_ status: String) -> String {
            """
            (SELECT * FROM orders WHERE user_id = $1 AND status = '\(status)' \(behind)
            ORDER BY version DESC LIMIT $2)
            """
        }
        let sql = """
            SELECT \(columns) FROM (\(range("paid")) UNION ALL \(range("rejected"))) AS o \(join)
            ORDER BY o.version DESC LIMIT $2
            """
        return page(sql, .id(user), limit, last)
    }

    private func page(
        _ sql: String,
        _ user: PostgreSQLValue,
        _ limit: Int,
        _ last: UUID?
    ) -> PostgreSQLStatement {
        guard let last else { return PostgreSQLStatement(sql, user, .integer(Int64(limit))) }
        return PostgreSQLStatement(sql, user, .integer(Int64(limit)), .uuid(last))
    }
}
