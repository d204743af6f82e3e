package import Functions

/// Where accounts, orders, letters and keys are kept.
///
/// Two doors: jobs go to the one writer, which takes all that wait, loads what they need in one go,
/// runs each body over the loaded rows, writes their buffers and commits once; queries read a
/// snapshot. Both end by a call back, so that a store may answer from another thread.
package protocol Store: AnyObject, Sendable {
    /// Hands a job to the writer; from any thread. Its `finish` is called once, after the commit.
    func submit(_ job: any StoreJob)

    /// Whether `read` has called back when it returns.
    var answersInPlace: Bool { get }

    /// Runs a query, here and now where the store can, else later on a thread of its own.
    func read(_ query: any StoreQuery)

    /// Takes up to `limit` due events under a lease until the moment given: each with a new fence.
    func claimEvents(
        limit: Int,
        now: Timestamp,
        leaseUntil: Timestamp
    ) async throws(StoreUnavailable) -> [ClaimedEvent]

    /// Lengthens the leases that still have the fence they were claimed with.
    func renewLeases(_ events: [ClaimedEvent], until: Timestamp) async throws(StoreUnavailable)

    /// Gives an event back, to be tried again; false where its fence has moved on.
    func postpone(
        _ event: ClaimedEvent,
        until: Timestamp,
        reason: String
    ) async throws(StoreUnavailable) -> Bool

    /// Makes letters that have failed due again: all of them, or these. Answers those it took.
    func redrive(_ letters: [LetterID]?) async throws(StoreUnavailable) -> [LetterID]

    /// The moment at which the next event is due; nil where none waits.
    func nextDue() async throws(StoreUnavailable) -> Timestamp?

    /// Registration claims whose last attempt is older than the moment given.
    func staleClaims(
        before: Timestamp,
        limit: Int
    ) async throws(StoreUnavailable) -> [RegistrationClaim]

    /// Finishes what was submitted and refuses what comes later; owed before the store is let go.
    func close()
}

/// An event that a worker has taken.
package struct ClaimedEvent: Sendable, Equatable {
    package let event: OrderSettled
    package let fence: Int64
    /// How often it has been tried before.
    package let attempts: Int
    package let firstDueAt: Timestamp

    package init(event: OrderSettled, fence: Int64, attempts: Int, firstDueAt: Timestamp) {
        self.event = event
        self.fence = fence
        self.attempts = attempts
        self.firstDueAt = firstDueAt
    }
}

/// One transaction that waits for the writer.
package protocol StoreJob: AnyObject, Sendable {
    var rows: Rows { get }
    /// Nil where no record is kept.
    var key: KeyClaim? { get }
    /// The id of the request behind it: kept in its record.
    var requestID: UUID { get }
    /// Asked before the job's batch begins: nobody waits for the answer any more.
    var isAbandoned: Bool { get }

    /// Runs the body; on the writer's thread. Called again where a batch is repeated.
    func run(_ transaction: borrowing Transaction) -> StoreVerdict

    /// How it ended; on the writer's thread, after the commit. Must be quick.
    func finish(_ ending: StoreEnding)
}

/// What is to be done with a job's buffer.
package enum StoreVerdict: Sendable {
    /// Kept, with its record where the job has a key.
    case keep(KeyRecord.Ending?)
    /// Dropped; the failure is recorded where there is an ending and the job has a key.
    case drop(KeyRecord.Ending?)

    package var ending: KeyRecord.Ending? {
        switch self {
        case .keep(let ending), .drop(let ending): ending
        }
    }
}

package enum StoreEnding: Sendable {
    /// The body ran and its verdict is on disk.
    case committed
    /// The key has a record already: its answer is given again, the body did not run.
    case replayed(KeyRecord)
    /// The key was used for another request.
    case keyReused
    /// A request with this key is under way elsewhere, and took too long to wait for.
    case keyInProgress
    /// Nothing happened, or nobody can tell: the same key may be retried.
    case unavailable(String)
    /// The body broke its contract: a row that it had not declared.
    case broken(String)
    /// Nobody waited for it: the body did not run.
    case dropped
}

/// One query.
package protocol StoreQuery: AnyObject, Sendable {
    /// The reader to use: the number of the loop that asks, or -1 from any other thread.
    var reader: Int { get }
    /// Runs over one snapshot.
    func run(_ snapshot: borrowing Snapshot)
    /// After `run`, or instead of it with what failed.
    func finish(_ failure: StoreUnavailable?)
}
