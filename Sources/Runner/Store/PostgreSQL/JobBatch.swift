internal import Functions

/// Jobs that are one transaction, in two round trips: keys and rows; then what was decided over
/// them, with its commit.
///
/// Unchecked: made and used on the database thread alone.
final class JobBatch: DatabaseWork, @unchecked Sendable {
    enum Form {
        case together
        /// After trouble: the keys go first, by themselves, so that it is known what was blocked.
        case alone(JobGroup)
    }

    enum Phase { case keys, rows, writes, leaving }

    /// What the members were decided to, once it is committed.
    struct Outcome {
        let endings: [StoreEnding]
        let hasEvents: Bool
        /// Answers that are in the database if, and only if, the commit has happened.
        let witnesses: Set<UUID>
    }

    let transaction: DatabaseTransaction
    let members: [BatchMember]
    let form: Form
    let queue: JobQueue
    private(set) var phase = Phase.keys
    private(set) var outcome: Outcome?
    /// That of a commit of which nobody knows whether it has happened.
    var unresolved: Outcome?
    var conflicts = 0
    var breaks = 0
    var doubles = 0
    private var load: BatchLoad
    /// How many statements about keys went along with those about rows.
    private var keysBeforeRows = 0
    #if PLANTED_BUGS
        private var plantedRest: [PostgreSQLStatement] = []
    #endif

    init(_ members: [BatchMember], _ form: Form, _ queue: JobQueue) {
        self.members = members
        self.form = form
        self.queue = queue
        load = BatchLoad(members, makeIdentifier: queue.environment.makeIdentifier)
        var transaction = DatabaseTransaction(.write)
        // Together and then alone, a request waits 5 s for its key.
        switch form {
        case .together: transaction.lockMilliseconds = 2_000
        case .alone: transaction.lockMilliseconds = 3_000
        }
        transaction.statementMilliseconds = 4_000
        self.transaction = transaction
    }

    var environment: StoreEnvironment { queue.environment }

    var isAlone: Bool {
        if case .alone = form { true } else { false }
    }

    func begin() -> DatabaseStep {
        outcome = nil
        if let ending = endingWithoutRun {
            outcome = Outcome(endings: [ending], hasEvents: false, witnesses: [])
            return .rollBack
        }
        #if PLANTED_BUGS
            PlantedAbort.beginBatch()
        #endif
        load = BatchLoad(members, makeIdentifier: environment.makeIdentifier)
        let keys = load.keyStatements
        phase = isAlone && !keys.isEmpty ? .keys : .rows
        keysBeforeRows = phase == .keys ? 0 : keys.count
        return .send(phase == .keys ? keys : keys + load.rowStatements)
    }

    func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep {
        switch phase {
        case .keys:
            try load.takeKeys(results[...])
            phase = .rows
            return .send(load.rowStatements)
        case .leaving: return .rollBack
        case .rows, .writes: break
        }
        try load.takeKeys(results.prefix(keysBeforeRows))
        try load.takeRows(results.dropFirst(keysBeforeRows))
        return decide()
    }

    func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel {
        switch ending {
        case .success: succeed()
        // What was decided holds, however the transaction is left.
        case .failure where phase == .leaving: succeed()
        case .failure(let error): recover(from: error)
        }
    }

    private func decide() -> DatabaseStep {
        let records = load.knownRecords
        if let unresolved, !unresolved.witnesses.isDisjoint(with: load.recordedAnswers) {
            // That commit has happened: what was decided then is what counts.
            outcome = unresolved
            return leave()
        }
        unresolved = nil
        let decision = BatchDecider(environment)
            .decide(members, over: load.working, records: records)
        let written = written(decision)
        outcome = Outcome(
            endings: decision.endings,
            hasEvents: written.hasEvents,
            witnesses: Set(decision.records.compactMap { load.answers[$0.claim.key] })
        )
        phase = .writes
        // Keys that were taken for nothing go with the transaction. What a serializable one has
        // read counts only once it has committed.
        if decision.isEmpty && !queue.isDistributed { return leave() }
        return .commit(written.statements)
    }

    /// Leaves the transaction before anybody is answered: who is may look for what it has locked.
    private func leave() -> DatabaseStep {
        phase = .leaving
        return .send([.rollBack])
    }

    #if PLANTED_BUGS
        private func written(_ decision: BatchDecision) -> BatchStatements {
            let (first, rest) = PlantedBug.split(decision)
            if PlantedBug.current == .answerBeforeCommit { deliver(decision.endings) }
            plantedRest = rest.map { BatchStatements.planted($0, load) } ?? []
            return BatchStatements(first, load)
        }
    #else
        private func written(_ decision: BatchDecision) -> BatchStatements {
            BatchStatements(decision, load)
        }
    #endif

    private func succeed() -> DatabaseSequel {
        guard let outcome else {
            return recover(from: PostgreSQLError(.unexpected, "a batch was not decided"))
        }
        #if PLANTED_BUGS
            PlantedAbort.countStatement()
            PlantedAbort.endBatch()
            if !plantedRest.isEmpty {
                defer { plantedRest = [] }
                return .now(PlantedRest(plantedRest) { _ = self.succeed() })
            }
            if PlantedBug.current == .answerBeforeCommit, phase == .writes {
                queue.ended(self)
                return .none
            }
        #endif
        deliver(outcome.endings)
        if outcome.hasEvents { environment.eventsWait() }
        queue.ended(self)
        return .none
    }

    private func deliver(_ endings: [StoreEnding]) {
        for (member, ending) in zip(members, endings) { member.job.finish(ending) }
    }
}

extension BatchDecision {
    /// Whether nothing is to be written.
    var isEmpty: Bool { changes.isEmpty && accounts.isEmpty && records.isEmpty }
}

/// Jobs that were one batch and run alone now; used on the database thread alone.
final class JobGroup {
    /// What one of them has waited for in vain: the others need not.
    var blockedKeys: Set<UUID> = []
    var blockedAccounts: Set<UserID> = []
}
