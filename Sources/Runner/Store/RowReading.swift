internal import Functions

// How the rows of each table become values: the columns' order is that of `columns`.

extension Account {
    init(_ row: borrowing Row) throws(DatabaseError) {
        self.init(
            userID: try row.id(0),
            balance: row.integer(1),
            version: row.integer(2),
            createdAt: row.moment(6),
            contact: Contact(
                email: row.optionalText(3),
                phone: row.optionalText(4),
                locale: row.optionalText(5)
            )
        )
    }
}

extension Movement {
    init(_ row: borrowing Row) throws(DatabaseError) {
        self.init(
            id: try row.id(0),
            userID: try row.id(1),
            kind: try row.text(3) == "outside" ? .deposit : .withdrawal,
            amount: row.integer(4),
            balance: row.integer(5),
            version: row.integer(2),
            orderID: row.optionalUUID(6).map { OrderID($0) },
            createdAt: row.moment(7)
        )
    }
}

extension Order {
    init(_ row: borrowing Row) throws(DatabaseError) {
        self.init(
            id: try row.id(0),
            userID: try row.id(1),
            title: try row.text(3),
            price: row.integer(4),
            currency: try row.text(5),
            status: try row.choice(6),
            version: row.integer(2),
            createdAt: row.moment(7)
        )
    }
}

extension Letter {
    init(_ row: borrowing Row) throws(DatabaseError) {
        let order = try Order(row)
        self.init(
            id: LetterID(order.id.uuid),
            order: order,
            kind: order.status == .paid ? .happy : .sad,
            channel: try row.choice(8),
            recipient: row.optionalText(9),
            locale: row.optionalText(10),
            template: Int(row.integer(11)),
            status: try row.choice(12),
            sentAt: row.optionalMoment(13)
        )
    }
}

extension LetterState {
    init(_ row: borrowing Row) throws(DatabaseError) {
        self.init(letter: try Letter(row), fence: row.integer(14))
    }
}

extension KeyRecord {
    static let columns = "key, fingerprint, outcome, reference, problem, detail, request_id"

    init(_ row: borrowing Row) throws(DatabaseError) {
        let ending: Ending =
            if let outcome = row.optionalText(2) {
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
    init(_ row: borrowing Row) throws(DatabaseError) {
        self.init(
            id: try row.id(0),
            email: try row.text(1),
            phone: row.optionalText(2),
            locale: row.optionalText(3),
            key: KeyClaim(key: try row.uuid(4), fingerprint: try row.uuid(5)),
            requestID: try row.uuid(6),
            claimedAt: row.moment(7),
            attemptedAt: row.moment(8)
        )
    }
}

extension Registration {
    init(_ row: borrowing Row) throws(DatabaseError) {
        self.init(
            id: try row.id(0),
            userID: try row.id(1),
            email: try row.text(2),
            balance: row.integer(3),
            currency: try row.text(4),
            accountCreatedAt: row.moment(5)
        )
    }
}
