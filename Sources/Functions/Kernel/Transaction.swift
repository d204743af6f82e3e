/// The context of a transaction: reads and writes in one store transaction.
///
/// It cannot be stored, captured by a task or used elsewhere: a borrowed value that cannot be copied.
/// Billing, Order and Notification each extend it with their own rules; nothing else writes.
package struct Transaction: ~Copyable {
    let draft: Draft

    package init(_ draft: Draft) { self.draft = draft }

    /// The moment of this transaction: the same however often its body runs.
    package var now: Timestamp { draft.now }

    /// A new UUID of version 7, above every one that this process has made.
    package func newIdentifier() -> UUID { draft.newIdentifier() }
}

/// The context of a query: reads one snapshot of the store.
package struct Snapshot: ~Copyable {
    let source: any SnapshotSource

    package init(_ source: any SnapshotSource) { self.source = source }
}

/// What a store answers within one snapshot.
///
/// A source that fails answers as if nothing was there and remembers the failure: the runner looks
/// at it before it answers anybody.
package protocol SnapshotSource: AnyObject {
    func account(of userID: UserID) -> Account?
    func movement(_ id: MovementID) -> Movement?
    func order(_ id: OrderID) -> Order?
    func letter(_ id: LetterID) -> LetterState?
    func registration(_ id: RegistrationID) -> Registration?
    func claim(of email: String) -> RegistrationClaim?
    /// Newest first, those behind the one given: a user's in the order of versions, everybody's in
    /// the order of ids.
    func movements(of userID: UserID, behind last: MovementID?, limit: Int) -> [Movement]
    func orders(_ whose: Whose, behind last: OrderID?, limit: Int) -> [Order]
    func letters(_ whose: Whose, behind last: LetterID?, limit: Int) -> [Letter]
}
