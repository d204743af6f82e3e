/// Billing's rules: the only code that moves money or opens an account.
extension Transaction {
    /// Nil where the user has no account.
    func account(of userID: UserID) -> Account? { draft.account(userID) }

    /// Opens the user's account, or takes the one that is there; what the contact names replaces what
    /// the account holds.
    func openAccount(of userID: UserID, _ contact: Contact) -> (account: Account, isNew: Bool) {
        guard var account = account(of: userID) else {
            let account = Account(
                userID: userID,
                balance: 0,
                version: 0,
                createdAt: now,
                contact: contact
            )
            draft.set(account)
            return (account, true)
        }
        let merged = account.contact.replaced(by: contact)
        if merged != account.contact {
            account.contact = merged
            draft.set(account)
        }
        return (account, false)
    }

    /// Pays in from outside; nil, and nothing moves, where the account cannot hold so much.
    func deposit(_ amount: Int64, into account: Account) -> Movement? {
        // Both are far below the largest integer: the sum cannot overflow.
        guard account.balance <= Money.largestBalance - amount else { return nil }
        let id = MovementID(newIdentifier())
        return move(amount, .deposit, account, to: account.balance + amount, id, for: nil)
    }

    /// Pays the shop for an order; nil, and nothing moves, where the money is not there.
    ///
    /// Who calls keeps the movement: by itself, or with the order that it pays for.
    func withdraw(
        _ amount: Int64,
        from account: Account,
        as id: MovementID,
        for orderID: OrderID
    ) -> Movement? {
        guard account.balance >= amount else { return nil }
        draft.use(orderID)
        return move(amount, .withdrawal, account, to: account.balance - amount, id, for: orderID)
    }

    /// Keeps a movement that stands by itself.
    func keep(_ movement: Movement) { draft.write(.movement(movement)) }

    /// Takes the account's next version for an order that moves nothing; uses its id.
    func reject(_ orderID: OrderID, on account: Account) -> Int64 {
        var account = account
        account.version += 1
        draft.set(account)
        draft.use(orderID)
        return account.version
    }

    /// Whether a withdrawal or an order, paid or rejected, has this id, over all accounts.
    func isUsed(_ orderID: OrderID) -> Bool { draft.isUsed(orderID) }

    private func move(
        _ amount: Int64,
        _ kind: Movement.Kind,
        _ account: Account,
        to balance: Int64,
        _ id: MovementID,
        for orderID: OrderID?
    ) -> Movement {
        var account = account
        account.balance = balance
        account.version += 1
        draft.set(account)
        return Movement(
            id: id,
            userID: account.userID,
            kind: kind,
            amount: amount,
            balance: balance,
            version: account.version,
            orderID: orderID,
            createdAt: now
        )
    }
}

extension Snapshot {
    func account(of userID: UserID) -> Account? { source.account(of: userID) }

    func movement(_ id: MovementID) -> Movement? { source.movement(id) }

    func movements(of userID: UserID, behind last: MovementID?, limit: Int) -> [Movement] {
        source.movements(of: userID, behind: last, limit: limit)
    }
}

extension Contact {
    /// What the newer contact names wins; what it leaves out stays.
    func replaced(by newer: Contact) -> Contact {
        Contact(
            email: newer.email ?? email,
            phone: newer.phone ?? phone,
            locale: newer.locale ?? locale
        )
    }
}
