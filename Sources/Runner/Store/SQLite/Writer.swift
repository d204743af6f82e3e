internal import CSQLite
internal import Functions

/// The one thread that writes.
///
/// Unchecked, because the compiler does not see that `runner` and `checkpointer` belong to the
/// thread from `start` until `close` returns.
final class Writer: @unchecked Sendable {
    /// More in one batch makes each wait longer and hardly saves anything.
    static let batchLimit = 128

    private let queue = WriterQueue<Work>()
    private let finished = WriterQueue<Void>()
    private var runner: BatchRunner?
    private let log: any Log
    private let onFatal: @Sendable (String) -> Void
    private var checkpointer: Checkpointer
    /// Set once the disk has failed: nothing more is written.
    private var failure: String?

    init(
        _ runner: BatchRunner,
        _ checkpointer: Checkpointer,
        log: any Log,
        onFatal: @escaping @Sendable (String) -> Void
    ) {
        self.runner = runner
        self.checkpointer = checkpointer
        self.log = log
        self.onFatal = onFatal
    }

    func start() throws(StoreOpenError) {
        let hasStarted = SystemThread.detach("store-writer") { [self] in
            while let works = queue.take(limit: Writer.batchLimit) { write(works) }
            end()
        }
        if !hasStarted { throw .refused("no thread could be started for the store") }
    }

    func put(_ work: Work) {
        if !queue.put(work) { Writer.refuse(work, "the store is closed") }
    }

    /// Finishes what waits, and returns when the connection is closed.
    func close() {
        queue.close()
        _ = finished.take(limit: 1)
    }

    /// Leaves everything in the database file and an empty WAL, where the disk allows it.
    private func end() {
        checkpointer.end()
        if failure == nil { _ = try? runner?.database.checkpoint(SQLITE_CHECKPOINT_TRUNCATE) }
        runner = nil
        finished.close()
    }

    private func write(_ works: [Work]) {
        guard let runner, failure == nil else {
            for work in works { Writer.refuse(work, failure ?? "the store is closed") }
            return
        }
        do throws(DatabaseError) {
            try runner.run(works)
            try checkpointer.afterBatch(of: works.count, runner.database)
        } catch {
            // Pages that failed to reach the disk may look clean now: only a new start can tell
            // what is there.
            failure = error.description
            log.error("The store's disk failed: nothing more is written", error)
            onFatal(error.description)
        }
    }

    private static func refuse(_ work: Work, _ reason: String) {
        switch work {
        case .job(let job): job.finish(.unavailable(reason))
        case .chore(let chore): chore.finish(StoreUnavailable(reason))
        }
    }
}
