internal import Functions

/// A store that may not be there yet: until it is, everything of it is unavailable.
///
/// So a function's process answers from its start as it does while the database is away: what needs
/// no store is answered, the rest is 503.
final class PendingStore: Store {
    private let opened = Lock<(any Store)?>(nil)
    private static let reason = "the store is not open yet"

    /// From now on this is the store; to be called once.
    func open(_ store: any Store) { opened.withLock { $0 = store } }

    private var store: (any Store)? { opened.withLock { $0 } }

    private func required() throws(StoreUnavailable) -> any Store {
        guard let store else { throw StoreUnavailable(PendingStore.reason) }
        return store
    }

    /// False until the store is known: what goes by way of the loop is right in either case.
    var answersInPlace: Bool { store?.answersInPlace ?? false }

    func submit(_ job: any StoreJob) {
        guard let store else { return job.finish(.unavailable(PendingStore.reason)) }
        store.submit(job)
    }

    func read(_ query: any StoreQuery) {
        guard let store else { return query.finish(StoreUnavailable(PendingStore.reason)) }
        store.read(query)
    }

    func claimEvents(
        limit: Int,
        now: Timestamp,
        leaseUntil: Timestamp
    ) async throws(StoreUnavailable) -> [ClaimedEvent] {
        try await required().claimEvents(limit: limit, now: now, leaseUntil: leaseUntil)
    }

    func renewLeases(_ events: [ClaimedEvent], until: Timestamp) async throws(StoreUnavailable) {
        try await required().renewLeases(events, until: until)
    }

    func postpone(
        _ event: ClaimedEvent,
        until: Timestamp,
        reason: String
    ) async throws(StoreUnavailable) -> Bool {
        try await required().postpone(event, until: until, reason: reason)
    }

    func redrive(_ letters: [LetterID]?) async throws(StoreUnavailable) -> [LetterID] {
        try await required().redrive(letters)
    }

    func nextDue() async throws(StoreUnavailable) -> Timestamp? {
        try await required().nextDue()
    }

    func staleClaims(
        before: Timestamp,
        limit: Int
    ) async throws(StoreUnavailable) -> [RegistrationClaim] {
        try await required().staleClaims(before: before, limit: limit)
    }

    func close() { store?.close() }
}
