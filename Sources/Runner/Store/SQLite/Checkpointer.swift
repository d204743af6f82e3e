internal import CSQLite

/// Moves commits from the WAL into the database file, between batches.
///
/// The writer does it itself: before SQLite 3.51.3 a second connection that checkpoints can damage
/// the file. SQLite syncs the database file only where a checkpoint moves everything there is, after
/// which the WAL begins anew; so a reader holds the snapshot of the step before, and most steps move
/// all but the newest frames and sync nothing. The WAL is written over again and again: it costs
/// more where it grows.
///
/// Small steps stall least; but pages that many orders touch are copied once a step. Where batches
/// are large, so are steps: measured at 64 clients, a third more orders a second than with a sync
/// each 4,000 frames.
struct Checkpointer {
    private let steps: CheckpointSteps
    private let path: String
    private var snapshot: HeldSnapshot?
    private var last = 0

    /// Of the database file at `path`.
    init(path: String, _ steps: CheckpointSteps) {
        self.path = path
        self.steps = steps
    }

    /// A batch of so many members was kept.
    mutating func afterBatch(of count: Int, _ database: Database) throws(DatabaseError) {
        let frames = database.frames
        // The WAL has begun anew.
        if frames < last { last = 0 }
        let isLarge = frames >= steps.restart
        let step = count < steps.busyBatch ? steps.step : steps.busyStep
        guard frames - last >= (isLarge ? steps.restartStep : step) else { return }
        last = frames
        if frames >= steps.complete { snapshot?.release() }
        do throws(DatabaseError) {
            if isLarge { database.setBusyTimeout(milliseconds: CheckpointSteps.patience) }
            defer { if isLarge { database.setBusyTimeout(milliseconds: 5_000) } }
            _ = try database.checkpoint(
                isLarge ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE
            )
        } catch  where error.isFull {
            // The WAL still holds everything; there will be room again, or writes answer 503.
        }
        if frames < steps.complete { hold() }
    }

    /// Lets go of what it holds.
    mutating func end() { snapshot = nil }

    /// Where no reader can be had, the next step moves everything: slower, and no less safe.
    private mutating func hold() {
        if snapshot == nil { snapshot = try? HeldSnapshot(path: path) }
        snapshot?.renew()
    }
}

/// How far apart steps are, in frames of the WAL, each a page of 1 KiB.
package struct CheckpointSteps: Sendable {
    /// New frames after which the next step is due.
    package var step = 1_000
    /// And where batches have so many members or more.
    package var busyStep = 8_000
    package var busyBatch = 12
    /// From here on a step moves everything, so that the WAL can begin anew.
    package var complete = 32_768
    /// And from here on the readers are waited for, each time for so many milliseconds, and after
    /// how many more frames again.
    package var restart = 65_536
    package var restartStep = 8_192
    package static let patience: Int32 = 100

    package init() {}
}

/// A reader that stays at one moment of the WAL.
private final class HeldSnapshot {
    private let database: Database

    init(path: String) throws(DatabaseError) { database = try StoreOpening.openReader(path) }

    func renew() {
        release()
        try? database.execute("BEGIN; SELECT 1 FROM meta LIMIT 1")
    }

    func release() { database.rollBack() }
}
