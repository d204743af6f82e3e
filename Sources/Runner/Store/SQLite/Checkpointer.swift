internal import CSQLite

/// Moves commits from the WAL into the database file, between batches.
///
/// The writer does it itself: before SQLite 3.51.3 a second connection that checkpoints can damage
/// the file. Small steps stall least; but each ends with a sync of the database file, and pages that
/// many orders touch are copied once a step. So while others wait, steps are larger: measured at 64
/// clients, a quarter more orders a second.
struct Checkpointer {
    /// New frames after which the next step is due when nobody waits for the writer.
    static let step = 1_000
    /// And when somebody does.
    static let busyStep = 4_000
    /// From here on (64 MiB of frames) the readers are waited for, so that the WAL begins anew.
    static let restart = 65_536
    /// How long, in milliseconds, and after how many more frames again.
    static let patience: Int32 = 100
    static let restartStep = 8_192

    private var last = 0

    mutating func afterBatch(_ database: Database, isBusy: Bool) throws(DatabaseError) {
        let frames = database.frames
        // The WAL has begun anew.
        if frames < last { last = 0 }
        let isLarge = frames >= Checkpointer.restart
        let step = isBusy ? Checkpointer.busyStep : Checkpointer.step
        guard frames - last >= (isLarge ? Checkpointer.restartStep : step) else { return }
        last = frames
        do throws(DatabaseError) {
            if isLarge { database.setBusyTimeout(milliseconds: Checkpointer.patience) }
            defer { if isLarge { database.setBusyTimeout(milliseconds: 5_000) } }
            _ = try database.checkpoint(
                isLarge ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE
            )
        } catch  where error.isFull {
            // The WAL still holds everything; there will be room again, or writes answer 503.
        }
    }
}
