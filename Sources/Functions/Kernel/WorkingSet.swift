/// The rows that a transaction needs, told before it runs: a batch loads those of all its members
/// in one go.
package struct Rows: Sendable {
    package var accounts: [UserID] = []
    /// Orders whose id must be known as used or not, over all accounts.
    package var orders: [OrderID] = []
    package var letters: [LetterID] = []
    /// E-mails whose registration claim is needed.
    package var claims: [String] = []

    package init(
        accounts: [UserID] = [],
        orders: [OrderID] = [],
        letters: [LetterID] = [],
        claims: [String] = []
    ) {
        self.accounts = accounts
        self.orders = orders
        self.letters = letters
        self.claims = claims
    }
}

/// A letter and the state of the event that asks for its delivery.
package struct LetterState: Sendable, Equatable {
    package var letter: Letter
    /// Grows with each claim of the event: a delivery with an older one is stale.
    package var fence: Int64

    package init(letter: Letter, fence: Int64) {
        self.letter = letter
        self.fence = fence
    }

    /// The event waits while its letter is queued.
    package var isSettled: Bool { letter.status != .queued }
}

/// The rows that a batch has loaded, as its members so far have left them.
package final class WorkingSet {
    /// A row that was loaded and is not there is a nil; one that was not loaded has no entry.
    package var accounts: [UserID: Account?] = [:]
    package var usedOrders: [OrderID: Bool] = [:]
    package var letters: [LetterID: LetterState?] = [:]
    package var claims: [String: RegistrationClaim?] = [:]

    package init() {}

    package func removeAll() {
        accounts.removeAll(keepingCapacity: true)
        usedOrders.removeAll(keepingCapacity: true)
        letters.removeAll(keepingCapacity: true)
        claims.removeAll(keepingCapacity: true)
    }
}

/// One thing that a transaction writes.
///
/// Accounts are not among them: their last state is written once a batch.
package enum Change: Sendable, Equatable {
    case movement(Movement)
    /// An order with its withdrawal where it was paid.
    case order(Order, payment: Movement?)
    /// A letter with the event that asks for its delivery.
    case letter(Letter, OrderSettled)
    /// The event is settled, and its letter ended so, unless its fence has moved on.
    case letterEnded(Letter, reason: String?)
    case claim(RegistrationClaim)
    case claimEnded(email: String)
    case registration(Registration)
}

/// What one transaction has read and written: merged into the batch when it is kept, else dropped.
package final class Draft {
    package let working: WorkingSet
    package let now: Timestamp
    package private(set) var changes: [Change] = []
    /// The accounts as this transaction has left them.
    package private(set) var accounts: [Account] = []
    package private(set) var claims: [(email: String, claim: RegistrationClaim?)] = []
    package private(set) var letters: [LetterState] = []
    package private(set) var usedOrders: [OrderID] = []
    /// A row that was read without having been declared.
    package private(set) var undeclared: String?
    private let rows: Rows
    private let makeIdentifier: () -> UUID

    package init(
        _ working: WorkingSet,
        rows: Rows,
        now: Timestamp,
        makeIdentifier: @escaping () -> UUID
    ) {
        self.working = working
        self.rows = rows
        self.now = now
        self.makeIdentifier = makeIdentifier
        // What an order writes: movement, order, letter, event.
        changes.reserveCapacity(4)
    }

    /// Hands what was written over to the batch.
    package func merge() {
        for account in accounts { working.accounts[account.userID] = .some(account) }
        for (email, claim) in claims { working.claims[email] = .some(claim) }
        for state in letters { working.letters[state.letter.id] = .some(state) }
        for order in usedOrders { working.usedOrders[order] = true }
    }

    func newIdentifier() -> UUID { makeIdentifier() }

    func account(_ userID: UserID) -> Account? {
        if let own = accounts.last(where: { $0.userID == userID }) { return own }
        guard rows.accounts.contains(userID), let row = working.accounts[userID] else {
            undeclared = "account \(userID)"
            return nil
        }
        return row
    }

    func isUsed(_ orderID: OrderID) -> Bool {
        if usedOrders.contains(orderID) { return true }
        guard rows.orders.contains(orderID), let isUsed = working.usedOrders[orderID] else {
            undeclared = "order \(orderID)"
            return false
        }
        return isUsed
    }

    func letter(_ letterID: LetterID) -> LetterState? {
        if let own = letters.last(where: { $0.letter.id == letterID }) { return own }
        guard rows.letters.contains(letterID), let row = working.letters[letterID] else {
            undeclared = "letter \(letterID)"
            return nil
        }
        return row
    }

    func claim(_ email: String) -> RegistrationClaim? {
        if let own = claims.last(where: { $0.email == email }) { return own.claim }
        guard rows.claims.contains(email), let row = working.claims[email] else {
            undeclared = "claim of an e-mail"
            return nil
        }
        return row
    }

    func set(_ account: Account) {
        accounts.removeAll { $0.userID == account.userID }
        accounts.append(account)
    }

    func set(claim: RegistrationClaim?, for email: String) {
        claims.removeAll { $0.email == email }
        claims.append((email, claim))
        changes.append(claim.map { .claim($0) } ?? .claimEnded(email: email))
    }

    func set(_ state: LetterState, reason: String?) {
        letters.removeAll { $0.letter.id == state.letter.id }
        letters.append(state)
        changes.append(.letterEnded(state.letter, reason: reason))
    }

    func use(_ orderID: OrderID) { usedOrders.append(orderID) }

    func write(_ change: Change) { changes.append(change) }
}
