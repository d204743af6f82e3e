internal import Functions

/// A snapshot for bodies that read in place, where the database is elsewhere.
///
/// What it has not been told yet it answers as if nothing was there, and remembers the question:
/// once the answers have come, the body is run anew. A run counts where nothing was missing.
final class RecordingSnapshot: SnapshotSource {
    private var answers: [SnapshotRead: SnapshotAnswer] = [:]
    /// What the body asked in its last run and nobody had told, in order and once each.
    private(set) var missing: [SnapshotRead] = []

    /// Everything that a body has asked, for one snapshot to answer all of it.
    private(set) var asked: [SnapshotRead] = []

    /// Runs a body; true where it has seen nothing but what is there.
    func run(_ body: (borrowing Snapshot) -> Void) -> Bool {
        missing = []
        body(Snapshot(self))
        asked += missing
        return missing.isEmpty
    }

    /// The answers to everything that was `asked`; those before mean nothing any more.
    func take(_ answers: [SnapshotRead: SnapshotAnswer]) { self.answers = answers }

    func account(of userID: UserID) -> Account? {
        if case .account(let row) = answer(to: .account(userID)) { row } else { nil }
    }

    func movement(_ id: MovementID) -> Movement? {
        if case .movement(let row) = answer(to: .movement(id)) { row } else { nil }
    }

    func order(_ id: OrderID) -> Order? {
        if case .order(let row) = answer(to: .order(id)) { row } else { nil }
    }

    func letter(_ id: LetterID) -> LetterState? {
        if case .letter(let row) = answer(to: .letter(id)) { row } else { nil }
    }

    func registration(_ id: RegistrationID) -> Registration? {
        if case .registration(let row) = answer(to: .registration(id)) { row } else { nil }
    }

    func claim(of email: String) -> RegistrationClaim? {
        if case .claim(let row) = answer(to: .claim(email: email)) { row } else { nil }
    }

    func movements(of userID: UserID, behind last: MovementID?, limit: Int) -> [Movement] {
        let read = SnapshotRead.movements(userID, behind: last, limit: limit)
        return if case .movements(let rows) = answer(to: read) { rows } else { [] }
    }

    func orders(_ whose: Whose, behind last: OrderID?, limit: Int) -> [Order] {
        let read = SnapshotRead.orders(whose, behind: last, limit: limit)
        return if case .orders(let rows) = answer(to: read) { rows } else { [] }
    }

    func letters(_ whose: Whose, behind last: LetterID?, limit: Int) -> [Letter] {
        let read = SnapshotRead.letters(whose, behind: last, limit: limit)
        return if case .letters(let rows) = answer(to: read) { rows } else { [] }
    }

    private func answer(to read: SnapshotRead) -> SnapshotAnswer? {
        if let answer = answers[read] { return answer }
        if !missing.contains(read) { missing.append(read) }
        return nil
    }
}
