internal import Functions

// How the rows of either store become values: the columns' order is that of `columns`.

extension Account {
    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        self.init(
            userID: try row.id(0),
            balance: try row.integer(1),
            version: try row.integer(2),
            createdAt: try row.moment(6),
            contact: Contact(
                email: try row.optionalText(3),
                phone: try row.optionalText(4),
                locale: try row.optionalText(5)
            )
        )
    }
}

extension Movement {
    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        self.init(
            id: try row.id(0),
            userID: try row.id(1),
            kind: try row.text(3) == "outside" ? .deposit : .withdrawal,
            amount: try row.integer(4),
            balance: try row.integer(5),
            version: try row.integer(2),
            orderID: try row.optionalUUID(6).map { OrderID($0) },
            createdAt: try row.moment(7)
        )
    }
}

extension Order {
    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        self.init(
            id: try row.id(0),
            userID: try row.id(1),
            title: try row.text(3),
            price: try row.integer(4),
            currency: try row.text(5),
            status: try row.choice(6),
            version: try row.integer(2),
            createdAt: try row.moment(7)
        )
    }
}

extension Letter {
    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        let order = try Order(row)
        self.init(
            id: LetterID(order.id.uuid),
            order: order,
            kind: order.status == .paid ? .happy : .sad,
            channel: try row.choice(8),
            recipient: try row.optionalText(9),
            locale: try row.optionalText(10),
            template: Int(try row.integer(11)),
            status: try row.choice(12),
            sentAt: try row.optionalMoment(13)
        )
    }
}

extension LetterState {
    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        self.init(letter: try Letter(row), fence: try row.integer(14))
    }
}

extension KeyRecord {
    static let columns = "key, fingerprint, outcome, reference, problem, detail, request_id"

    /// The same of a key `k` and its answer `a`; the answer's id comes last.
    static let joinedColumns = """
        k.key, a.fingerprint, a.outcome, a.reference, a.problem, a.detail, a.request_id, k.answer
        """

    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        let ending: Ending =
            if let outcome = try row.optionalText(2) {
                .reply(outcome: outcome, reference: try row.uuid(3))
            } else {
                .problem(code: try row.text(4), detail: try row.text(5))
            }
        self.init(
            claim: KeyClaim(key: try row.uuid(0), fingerprint: try row.uuid(1)),
            ending: ending,
            requestID: try row.uuid(6)
        )
    }
}

extension RegistrationClaim {
    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        self.init(
            id: try row.id(0),
            email: try row.text(1),
            phone: try row.optionalText(2),
            locale: try row.optionalText(3),
            key: KeyClaim(key: try row.uuid(4), fingerprint: try row.uuid(5)),
            requestID: try row.uuid(6),
            claimedAt: try row.moment(7),
            attemptedAt: try row.moment(8)
        )
    }
}

extension Registration {
    init<Row: StoredRow & ~Copyable>(_ row: borrowing Row) throws(Row.Failure) {
        self.init(
            id: try row.id(0),
            userID: try row.id(1),
            email: try row.text(2),
            balance: try row.integer(3),
            currency: try row.text(4),
            accountCreatedAt: try row.moment(5)
        )
    }
}
