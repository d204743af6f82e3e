package import Functions

/// The store on SQLite: one process owns the file, one thread writes, everything else reads.
///
/// To be closed before it is let go.
package final class SQLiteStore: Store {
    /// The greatest id in the store when it was opened: later ones must lie above it.
    package let greatestIdentifier: UUID?

    private let options: SQLiteOptions
    private let writer: Writer
    private let readers: [Reader]
    private let shared: Reader
    private let lock: Lock<StoreLock?>

    package init(_ options: SQLiteOptions) throws(StoreOpenError) {
        self.options = options
        let opened = try StoreOpening(options: options).open()
        do throws(DatabaseError) {
            greatestIdentifier = try SQLiteStore.greatestIdentifier(opened.database)
            let gate = Lock(())
            writer = try SQLiteStore.writer(opened, gate, options)
            var readers: [Reader] = []
            for _ in 0...options.readers {
                readers.append(
                    opened.isInMemory
                        ? try Reader(opened.database, gate: gate)
                        : try Reader(StoreOpening.openReader(opened.path), gate: Lock(()))
                )
            }
            shared = readers.removeLast()
            self.readers = readers
        } catch {
            throw .refused("the store \(opened.path) cannot be opened: \(error)")
        }
        lock = Lock(opened.lock)
        try writer.start()
    }

    package var answersInPlace: Bool { true }

    package func submit(_ job: any StoreJob) { writer.put(.job(job)) }

    package func read(_ query: any StoreQuery) {
        let index = query.reader
        let reader = readers.indices.contains(index) ? readers[index] : shared
        query.finish(reader.read { snapshot in query.run(snapshot) })
    }

    /// Finishes what was submitted, leaves the file whole and gives up the right to write.
    package func close() {
        for reader in readers { reader.close() }
        shared.close()
        writer.close()
        lock.withLock { $0 = nil }
    }

    /// Says where the owner of the file can be reached, for those who want something of it.
    package func writeOwner(_ text: String) { lock.withLock { $0?.writeOwner(text) } }

    /// What the process that owns the file says of itself; nil where nobody owns it.
    package static func readOwner(of path: String) -> String? { StoreLock.readOwner(beside: path) }

    package func claimEvents(
        limit: Int,
        now: Timestamp,
        leaseUntil: Timestamp
    ) async throws(StoreUnavailable) -> [ClaimedEvent] {
        try await perform { (outbox) throws(DatabaseError) in
            try outbox.claim(limit: limit, now: now, leaseUntil: leaseUntil)
        }
    }

    package func renewLeases(
        _ events: [ClaimedEvent],
        until: Timestamp
    ) async throws(StoreUnavailable) {
        try await perform { (outbox) throws(DatabaseError) in
            try outbox.renew(events, until: until)
        }
    }

    package func postpone(
        _ event: ClaimedEvent,
        until: Timestamp,
        reason: String
    ) async throws(StoreUnavailable) -> Bool {
        try await perform { (outbox) throws(DatabaseError) in
            try outbox.postpone(event, until: until, reason: reason)
        }
    }

    package func redrive(_ letters: [LetterID]?) async throws(StoreUnavailable) -> [LetterID] {
        let redrive = Redrive(now: options.now, chooseRecipient: options.chooseRecipient)
        var taken: [LetterID] = []
        if let letters {
            for start in stride(from: 0, to: letters.count, by: OutboxTable.redriveSlice) {
                let slice = Array(letters[start...].prefix(OutboxTable.redriveSlice))
                taken += try await perform { (outbox) throws(DatabaseError) in
                    try redrive.run(slice, outbox)
                }
            }
        } else {
            var last: LetterID? = LetterID(UUID(high: 0, low: 0))
            while let after = last {
                let slice = try await perform { (outbox) throws(DatabaseError) in
                    try redrive.run(after: after, outbox)
                }
                taken += slice.taken
                last = slice.last
            }
        }
        if !taken.isEmpty { options.onEvents() }
        return taken
    }

    package func nextDue() async throws(StoreUnavailable) -> Timestamp? {
        try await perform { (outbox) throws(DatabaseError) in try outbox.nextDue() }
    }

    package func staleClaims(
        before: Timestamp,
        limit: Int
    ) async throws(StoreUnavailable) -> [RegistrationClaim] {
        try await perform { (outbox) throws(DatabaseError) in
            try outbox.staleClaims(before: before, limit: limit)
        }
    }

    /// Has the writer do something besides transactions, in one of its batches.
    private func perform<Result: Sendable>(
        _ body: @escaping @Sendable (OutboxTable) throws(DatabaseError) -> Result
    ) async throws(StoreUnavailable) -> Result {
        let answer = await withCheckedContinuation { continuation in
            writer.put(.chore(AwaitedChore(continuation, body)))
        }
        return try answer.get()
    }

    private static func writer(
        _ opened: StoreOpening.Opened,
        _ gate: Lock<Void>,
        _ options: SQLiteOptions
    ) throws(DatabaseError) -> Writer {
        let environment = StoreEnvironment(
            now: options.now,
            makeIdentifier: options.makeIdentifier,
            runsTwice: options.runsTwice,
            eventsWait: options.onEvents,
            log: options.log
        )
        return Writer(
            try BatchRunner(opened.database, gate: gate, environment),
            Checkpointer(path: opened.path, options.checkpoints),
            log: options.log,
            onFatal: options.onFatal
        )
    }

    private static func greatestIdentifier(_ database: Database) throws(DatabaseError) -> UUID? {
        try Statement(
            database,
            """
            SELECT max((SELECT coalesce(max(id), x'') FROM movements),
            (SELECT coalesce(max(id), x'') FROM orders))
            """,
            isKept: false
        ).first { (row) throws(DatabaseError) in row.optionalUUID(0) } ?? nil
    }
}

/// Makes failed letters due again, to the address that their user has by now.
struct Redrive {
    let now: @Sendable () -> Timestamp
    let chooseRecipient: @Sendable (Contact) -> Recipient

    func run(_ ids: [LetterID], _ outbox: OutboxTable) throws(DatabaseError) -> [LetterID] {
        var taken: [LetterID] = []
        for id in ids {
            guard let letter = try outbox.failedLetter(id) else { continue }
            if try redrive(letter, outbox) { taken.append(id) }
        }
        return taken
    }

    /// The next slice of all failed letters; `last` is nil behind the last one.
    func run(
        after id: LetterID,
        _ outbox: OutboxTable
    ) throws(DatabaseError) -> (taken: [LetterID], last: LetterID?) {
        let slice = try outbox.failedLetters(after: id)
        var taken: [LetterID] = []
        for letter in slice where try redrive(letter, outbox) { taken.append(letter.id) }
        return (taken, slice.count < OutboxTable.redriveSlice ? nil : slice.last?.id)
    }

    /// False where there still is no address.
    private func redrive(
        _ letter: OutboxTable.FailedLetter,
        _ outbox: OutboxTable
    ) throws(DatabaseError) -> Bool {
        let recipient = chooseRecipient(letter.contact)
        guard recipient.address != nil else { return false }
        try outbox.redrive(letter.id, to: recipient, now: now())
        return true
    }
}
