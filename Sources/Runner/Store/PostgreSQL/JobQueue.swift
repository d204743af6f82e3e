internal import Functions

/// Jobs that wait for a transaction: all that wait are the next batch, up to a bound.
///
/// Few batches run at once: the fewer, the more each holds. Jobs whose batch met trouble run alone,
/// on a lane of their own, so that one that waits for a lock holds nobody else up.
final class JobQueue: WorkSource {
    /// More in one batch makes each wait longer and hardly saves anything.
    static let batchLimit = 128

    private struct State {
        var waiting: [any StoreJob] = []
        var alone: [JobBatch] = []
        var batches = 0
        var isAloneRunning = false
        var isClosed = false
    }

    private enum Next {
        case batch([any StoreJob])
        case alone(JobBatch)
    }

    private let state = Lock(State())
    let environment: StoreEnvironment
    let isDistributed: Bool
    private let batchesAtOnce: Int

    init(_ environment: StoreEnvironment, connections: Int, isDistributed: Bool) {
        self.environment = environment
        self.isDistributed = isDistributed
        batchesAtOnce = max(1, min(2, connections - 2))
    }

    /// False where the queue is closed: nobody will take it.
    func put(_ job: any StoreJob) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.waiting.append(job)
            return true
        }
    }

    /// Takes nothing more; what waits is still handed out.
    func close() { state.withLock { $0.isClosed = true } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// How many jobs are in no batch that runs.
    var waitingCount: Int { state.withLock { $0.waiting.count + $0.alone.count } }

    var isWaiting: Bool { state.withLock { canRunAlone($0) || canRunBatch($0) } }

    func next() -> (any DatabaseWork)? {
        while let next = take() {
            switch next {
            case .alone(let batch): return batch
            case .batch(let jobs):
                let members = jobs.filter(isWanted).map { BatchMember($0) }
                if !members.isEmpty { return JobBatch(members, .together, self) }
                state.withLock { $0.batches -= 1 }
            }
        }
        return nil
    }

    /// A batch has ended; what has to run alone follows it.
    func ended(_ batch: JobBatch, leaving members: [BatchMember] = []) {
        let group = JobGroup()
        let alone = members.map { JobBatch([$0], .alone(group), self) }
        state.withLock { state in
            if batch.isAlone { state.isAloneRunning = false } else { state.batches -= 1 }
            state.alone += alone
        }
    }

    private func take() -> Next? {
        state.withLock { state in
            if canRunAlone(state) {
                state.isAloneRunning = true
                return .alone(state.alone.removeFirst())
            }
            guard canRunBatch(state) else { return nil }
            state.batches += 1
            let jobs = Array(state.waiting.prefix(JobQueue.batchLimit))
            state.waiting.removeFirst(jobs.count)
            return .batch(jobs)
        }
    }

    private func canRunAlone(_ state: borrowing State) -> Bool {
        !state.alone.isEmpty && !state.isAloneRunning
    }

    private func canRunBatch(_ state: borrowing State) -> Bool {
        !state.waiting.isEmpty && state.batches < batchesAtOnce
    }

    /// A job that nobody waits for any more is answered here and left out.
    private func isWanted(_ job: any StoreJob) -> Bool {
        guard job.isAbandoned else { return true }
        job.finish(.dropped)
        return false
    }
}
