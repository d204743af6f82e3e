#if PLANTED_BUGS
    internal import Functions
    internal import Glibc
    internal import Synchronization

    /// Bugs by which the tests of the promises prove that they would see one.
    ///
    /// Compiled in only with `-DPLANTED_BUGS`; at most one at a time, named by the environment's
    /// `PLANTED_BUG`.
    package enum PlantedBug: String, CaseIterable {
        /// The record of a key is written by a second transaction, after the effect's.
        case keyAfterCommit = "key-after-commit"
        /// The same key is not recognised within one batch.
        case keyIgnoredInBatch = "key-ignored-in-batch"
        /// Every key is taken for a new one.
        case keyIgnored = "key-ignored"
        /// A key that was used for another request replays that one's answer.
        case fingerprintIgnored = "fingerprint-ignored"
        /// Callers are answered before the commit.
        case answerBeforeCommit = "answer-before-commit"
        /// Letters, with their events, are written by a second transaction, after the order's.
        case eventOutside = "event-outside"
        /// Each member of a batch sees the balances as they were before it.
        case staleBalance = "stale-balance"
        /// What ended without an effect of money leaves no record: it may end otherwise next time.
        case failureUnrecorded = "failure-unrecorded"
        /// Claiming an event does not raise its fence.
        case noFence = "no-fence"
        /// A commit of which nobody knows whether it has happened is taken for done.
        case unknownIsDone = "unknown-is-done"
        /// Keys and accounts are locked in any order.
        case unsortedLocks = "unsorted-locks"
        /// A database that is several machines is asked for SKIP LOCKED, which some do not have.
        case skipsLocked = "skips-locked"
        /// Commits are not synced.
        case synchronousOff = "synchronous-off"
        /// A second process may own the file.
        case noLock = "no-lock"

        package static let current: PlantedBug? = {
            guard let name = Environment.value("PLANTED_BUG") else { return nil }
            guard let bug = PlantedBug(rawValue: name) else {
                fatalError("PLANTED_BUG: no bug '\(name)'")
            }
            return bug
        }()

        static var ignoresKeys: Bool { current == .keyIgnored || current == .keyIgnoredInBatch }

        /// What is written with the effect, and what after it.
        static func split(_ decision: BatchDecision) -> (BatchDecision, BatchDecision?) {
            var first = decision
            var rest = BatchDecision()
            switch current {
            case .keyAfterCommit: swap(&first.records, &rest.records)
            case .eventOutside:
                rest.changes = first.changes.filter(isLetter)
                first.changes.removeAll(where: isLetter)
            case .failureUnrecorded:
                first.records.removeAll(where: isFailure)
                return (first, nil)
            default: return (first, nil)
            }
            return (first, rest)
        }

        /// Puts the balances back, for the next member to see.
        static func spoil(_ working: WorkingSet, loaded: [UserID: Account?]) {
            guard current == .staleBalance else { return }
            for case (let id, var account?) in working.accounts {
                guard case let before?? = loaded[id] else { continue }
                account.balance = before.balance
                working.accounts[id] = .some(account)
            }
        }

        private static func isLetter(_ change: Change) -> Bool {
            switch change {
            case .letter: true
            default: false
            }
        }

        private static func isFailure(_ record: KeyRecord) -> Bool {
            switch record.ending {
            case .problem: true
            case .reply(let outcome, _): outcome == "rejected"
            }
        }
    }

    /// A job that was answered before the commit, and that another answer does not reach.
    ///
    /// A batch is decided again after a conflict, and one that writes nothing is left without one.
    final class AnsweredOnce: StoreJob {
        private let job: any StoreJob
        private let isAnswered = Atomic(false)

        init(_ job: any StoreJob) { self.job = job }

        var rows: Rows { job.rows }
        var key: KeyClaim? { job.key }
        var requestID: UUID { job.requestID }
        var isAbandoned: Bool { job.isAbandoned }

        func run(_ transaction: borrowing Transaction) -> StoreVerdict { job.run(transaction) }

        func finish(_ ending: StoreEnding) {
            if !isAnswered.exchange(true, ordering: .relaxed) { job.finish(ending) }
        }
    }

    /// Kills the process at a statement of a batch.
    ///
    /// `PLANTED_ABORT=N` names the statement, counted from 1 (the batch's BEGIN). Where
    /// `PLANTED_ARMED` names a file, only batches count while that file is there.
    enum PlantedAbort {
        private nonisolated(unsafe) static var isArmed = false
        private nonisolated(unsafe) static var statements = 0
        private static let target = Environment.value("PLANTED_ABORT").flatMap { Int($0) }
        private static let file = Environment.value("PLANTED_ARMED")

        static func beginBatch() {
            guard target != nil else { return }
            unsafe isArmed = isWanted
            unsafe statements = 0
        }

        private static var isWanted: Bool { file.map { unsafe access($0, F_OK) == 0 } ?? true }

        static func endBatch() { unsafe isArmed = false }

        static func countStatement(then: () -> Void = {}) {
            guard unsafe isArmed else { return }
            unsafe statements += 1
            // A batch that ended otherwise has left it armed.
            guard unsafe statements == target, isWanted else { return }
            then()
            // At once and without a core: a process that is still dying answers its port.
            kill(getpid(), SIGKILL)
        }
    }

    private enum Environment {
        static func value(_ name: String) -> String? {
            unsafe getenv(name).map { unsafe String(cString: $0) }
        }
    }
#endif
