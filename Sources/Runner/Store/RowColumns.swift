internal import Functions

// The columns of each table that become a value, in the order in which they are read.

extension Account {
    static let columns = "user_id, balance, version, email, phone, locale, created_at"
}

extension Movement {
    static let columns = "id, user_id, version, leaves, amount, balance, order_id, created_at"

    /// The same of a paid order, which is a movement, too.
    static let columnsOfOrder = "id, user_id, version, 'user', price, balance, id, created_at"
}

extension Order {
    static let columns =
        "o.id, o.user_id, o.version, o.title, o.price, o.currency, o.status, o.created_at"
}

extension Letter {
    /// Behind those of its order.
    static let columns = """
        \(Order.columns), l.channel, l.recipient, l.locale, l.template, l.status, l.sent_at
        """
}

extension LetterState {
    /// Behind those of its letter.
    static let columns = "\(Letter.columns), l.fence"
}

extension RegistrationClaim {
    static let columns =
        "id, email, phone, locale, key, fingerprint, request_id, claimed_at, attempted_at"
}

extension Registration {
    static let columns = "id, user_id, email, balance, currency, account_created_at"
}
