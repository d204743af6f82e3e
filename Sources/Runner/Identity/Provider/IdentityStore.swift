/// The provider's memory: state in memory, journal on disk, one lock around both.
final class IdentityStore: Sendable {
    private struct Contents {
        var state: IdentityState
        var journal: Journal
        /// Where the journal is written anew.
        var compactionSize: Int
    }

    /// So much of the journal is kept before its dead records are thought worth removing.
    private static let smallestCompaction = 4 << 20

    private let contents: Lock<Contents>
    private let realm: Realm

    init(
        realm: Realm,
        directory: String,
        now: Int64,
        log: any Log
    ) throws(JournalError) {
        self.realm = realm
        var state = IdentityState()
        var journal = try Journal(
            directory: directory,
            name: "\(realm.name).journal",
            log: log
        ) { state.apply($0) }
        state.expire(now: now, realm: realm)
        // Not at every start: a start should not wait for the disk.
        let records = state.records
        if journal.initialCount > 2 * records.count + 64 { try journal.replace(with: records) }
        contents = Lock(
            Contents(
                state: state,
                journal: journal,
                compactionSize: IdentityStore.smallestCompaction
            )
        )
    }

    func read<Result, Failure: Error>(
        _ body: (borrowing IdentityState) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try contents.withLock { contents throws(Failure) in try body(contents.state) }
    }

    /// Decides on the state as it is and writes what was decided.
    ///
    /// Nothing else changes the state between decision and effect. Returns once what was written is
    /// as safe as it must be.
    func change<Result>(
        now: Int64,
        _ decide: (borrowing IdentityState) throws -> (records: [IdentityRecord], result: Result)
    ) throws -> Result {
        let (file, result) = try contents.withLock { contents in
            let (records, result) = try decide(contents.state)
            guard !records.isEmpty else { return (nil as Journal.File?, result) }
            try contents.journal.append(records)
            for record in records { contents.state.apply(record) }
            if contents.journal.size > contents.compactionSize {
                try compact(&contents, now: now)
            }
            return (records.contains(where: \.mustReachDisk) ? contents.journal.file : nil, result)
        }
        // Outside the lock: a disk takes milliseconds, and readers must not wait for it.
        if let file, !file.sync() { throw JournalError.system("identities", "write to the disk") }
        return result
    }

    private func compact(_ contents: inout Contents, now: Int64) throws(JournalError) {
        contents.state.expire(now: now, realm: realm)
        try contents.journal.replace(with: contents.state.records)
        contents.compactionSize = max(
            IdentityStore.smallestCompaction,
            contents.journal.size * 2
        )
    }
}
