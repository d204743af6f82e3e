internal import Functions

/// What the members of a batch have decided, to be written in one go.
struct BatchDecision {
    var endings: [StoreEnding] = []
    var changes: [Change] = []
    /// The last state of each account that was touched.
    var accounts: [UserID: Account] = [:]
    var records: [KeyRecord] = []
}

/// Runs the bodies of a batch, one after the other, over the rows that were loaded.
struct BatchDecider {
    let now: Timestamp
    let makeIdentifier: @Sendable () -> UUID
    /// Whether every body runs twice, which must make no difference.
    let runsTwice: Bool

    /// `records` holds those of the batch's keys that the store knows already.
    func decide(
        _ members: [BatchMember],
        over working: WorkingSet,
        records: [UUID: KeyRecord]
    ) -> BatchDecision {
        var decision = BatchDecision()
        var records = records
        #if PLANTED_BUGS
            let loaded = working.accounts
        #endif
        for member in members {
            #if PLANTED_BUGS
                PlantedBug.spoil(working, loaded: loaded)
            #endif
            let ending = decide(member, over: working, &records, &decision)
            decision.endings.append(ending)
        }
        return decision
    }

    private func decide(
        _ member: BatchMember,
        over working: WorkingSet,
        _ records: inout [UUID: KeyRecord],
        _ decision: inout BatchDecision
    ) -> StoreEnding {
        if let claim = member.key, let record = records[claim.key] {
            #if PLANTED_BUGS
                if PlantedBug.current == .fingerprintIgnored { return .replayed(record) }
            #endif
            return record.claim.fingerprint == claim.fingerprint ? .replayed(record) : .keyReused
        }
        let (draft, verdict, difference) = run(member, over: working)
        if let undeclared = draft.undeclared {
            return .broken("read a row that was not declared: \(undeclared)")
        }
        if let difference { return .broken(difference) }
        if case .keep = verdict {
            draft.merge()
            decision.changes.append(contentsOf: draft.changes)
            for account in draft.accounts { decision.accounts[account.userID] = account }
        }
        if let claim = member.key, let ending = verdict.ending {
            let record = KeyRecord(claim: claim, ending: ending, requestID: member.job.requestID)
            decision.records.append(record)
            #if PLANTED_BUGS
                if PlantedBug.ignoresKeys { return .committed }
            #endif
            records[claim.key] = record
        }
        return .committed
    }

    private func run(
        _ member: BatchMember,
        over working: WorkingSet
    ) -> (Draft, StoreVerdict, difference: String?) {
        let tape = IdentifierTape(makeIdentifier)
        let draft = Draft(working, rows: member.rows, now: now, makeIdentifier: tape.next)
        let verdict = member.job.run(Transaction(draft))
        guard runsTwice else { return (draft, verdict, nil) }
        tape.rewind()
        let again = Draft(working, rows: member.rows, now: now, makeIdentifier: tape.next)
        let second = member.job.run(Transaction(again))
        let isSame = draft.isSame(as: again) && verdict.isSame(as: second)
        return (draft, verdict, isSame ? nil : "a second run of the same body did something else")
    }
}

/// A job of a batch and what it asks for, asked for once.
struct BatchMember {
    let job: any StoreJob
    let rows: Rows
    let key: KeyClaim?

    init(_ job: any StoreJob) {
        #if PLANTED_BUGS
            self.job = PlantedBug.current == .answerBeforeCommit ? AnsweredOnce(job) : job
        #else
            self.job = job
        #endif
        rows = job.rows
        key = job.key
    }
}

/// Identifiers that a second run gets again.
private final class IdentifierTape {
    private let make: () -> UUID
    private var identifiers: [UUID] = []
    private var position = 0

    init(_ make: @escaping () -> UUID) { self.make = make }

    func next() -> UUID {
        if position == identifiers.count { identifiers.append(make()) }
        position += 1
        return identifiers[position - 1]
    }

    func rewind() { position = 0 }
}

extension Draft {
    fileprivate func isSame(as other: Draft) -> Bool {
        changes == other.changes && accounts == other.accounts && letters == other.letters
            && usedOrders == other.usedOrders && undeclared == other.undeclared
    }
}

extension StoreVerdict {
    fileprivate func isSame(as other: StoreVerdict) -> Bool {
        switch (self, other) {
        case (.keep(let ending), .keep(let again)), (.drop(let ending), .drop(let again)):
            ending == again
        case (.keep, .drop), (.drop, .keep): false
        }
    }
}
