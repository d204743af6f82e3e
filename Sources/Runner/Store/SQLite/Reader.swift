internal import Functions

/// A connection that reads, for one thread at a time.
///
/// Unchecked, because the compiler does not see that `snapshot` is used under the gate only. For a
/// loop of its own the gate is never contended; in memory it is the writer's.
final class Reader: @unchecked Sendable {
    private let gate: Lock<Void>
    private var snapshot: SQLiteSnapshot?

    init(_ database: Database, gate: Lock<Void>) throws(DatabaseError) {
        self.gate = gate
        snapshot = try SQLiteSnapshot(database)
    }

    func read(_ body: (borrowing Snapshot) -> Void) -> StoreUnavailable? {
        gate.withLock { _ in
            guard let snapshot else { return StoreUnavailable("the store is closed") }
            return snapshot.read(body).map { StoreUnavailable($0.description) }
        }
    }

    func close() { gate.withLock { _ in snapshot = nil } }
}
