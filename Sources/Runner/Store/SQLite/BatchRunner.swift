internal import Functions

#if PLANTED_BUGS
    internal import Glibc
#endif

/// What the writer takes from its queue.
enum Work: Sendable {
    case job(any StoreJob)
    case chore(any Chore)
}

/// Runs batches: load, decide, write, commit once, and only then answer.
///
/// Used by the writer's thread, like its connection.
final class BatchRunner {
    let database: Database
    /// Held while the connection is in use: in memory it is the readers' too.
    private let gate: Lock<Void>
    private let environment: StoreEnvironment
    private let loader: BatchLoader
    private let writer: BatchWriter
    private let outbox: OutboxTable
    private let begin: Statement
    private let commit: Statement
    private let working = WorkingSet()
    private var heads: [UserID: ChainHeads] = [:]

    init(
        _ database: Database,
        gate: Lock<Void>,
        _ environment: StoreEnvironment
    ) throws(DatabaseError) {
        self.database = database
        self.gate = gate
        self.environment = environment
        loader = try BatchLoader(database)
        writer = try BatchWriter(database)
        outbox = try OutboxTable(database)
        begin = try Statement(database, "BEGIN IMMEDIATE")
        commit = try Statement(database, "COMMIT")
    }

    /// Answers everything that it is given; throws what the process cannot go on after.
    func run(_ works: [Work]) throws(DatabaseError) {
        let batch = Batch(works)
        guard !batch.isEmpty else { return }
        do throws(DatabaseError) {
            batch.answer(try attempt(batch))
        } catch {
            if error.isConstraint && batch.works.count > 1 { return try runOneByOne(batch, error) }
            batch.fail(error, environment.log)
            if error.isFatal { throw error }
        }
    }

    /// One member wrote what the schema refuses: alone, it fails without its neighbours.
    private func runOneByOne(_ batch: Batch, _ error: DatabaseError) throws(DatabaseError) {
        environment.log.warning("A batch was refused and is repeated one by one", error)
        var fatal: DatabaseError?
        for work in batch.works {
            if let fatal {
                Batch([work]).fail(fatal, environment.log)
                continue
            }
            do throws(DatabaseError) { try run([work]) } catch { fatal = error }
        }
        if let fatal { throw fatal }
    }

    /// Whatever it throws, nothing of the batch is kept.
    private func attempt(_ batch: Batch) throws(DatabaseError) -> [StoreEnding] {
        var hasEvents = false
        let decision = try gate.withLock { (_) throws(DatabaseError) in
            #if PLANTED_BUGS
                PlantedAbort.beginBatch()
                defer { PlantedAbort.endBatch() }
            #endif
            do throws(DatabaseError) {
                try begin.run()
                for chore in batch.chores { try chore.run(outbox) }
                let decision = try decide(batch)
                #if PLANTED_BUGS
                    hasEvents = try plantedWrite(decision, batch)
                #else
                    hasEvents = try writer.write(decision, &heads)
                    try commit.run()
                #endif
                return decision
            } catch {
                database.rollBack()
                throw error
            }
        }
        if hasEvents { environment.eventsWait() }
        return decision.endings
    }

    #if PLANTED_BUGS
        private func plantedWrite(
            _ decision: BatchDecision,
            _ batch: Batch
        ) throws(DatabaseError) -> Bool {
            let (first, rest) = PlantedBug.split(decision)
            if PlantedBug.current == .answerBeforeCommit {
                batch.deliver(decision.endings)
                usleep(20_000)  // a commit so slow that one kill in a few falls before it
            }
            let hasEvents = try writer.write(first, &heads)
            try commit.run()
            guard let rest else { return hasEvents }
            try begin.run()
            let hasMore = try writer.write(rest, &heads)
            try commit.run()
            return hasEvents || hasMore
        }
    #endif

    private func decide(_ batch: Batch) throws(DatabaseError) -> BatchDecision {
        working.removeAll()
        heads.removeAll(keepingCapacity: true)
        var records: [UUID: KeyRecord] = [:]
        for member in batch.members {
            if let key = member.key, records[key.key] == nil {
                records[key.key] = try loader.record(of: key)
            }
            try loader.load(member.rows, into: working, &heads)
        }
        #if PLANTED_BUGS
            if PlantedBug.current == .keyIgnored { records = [:] }
        #endif
        return BatchDecider(environment).decide(batch.members, over: working, records: records)
    }
}

/// The works of one batch that somebody still waits for.
struct Batch {
    let works: [Work]
    let chores: [any Chore]
    let members: [BatchMember]

    /// Jobs that nobody waits for any more are answered here and left out.
    init(_ works: [Work]) {
        var kept: [Work] = []
        var chores: [any Chore] = []
        var members: [BatchMember] = []
        for work in works {
            switch work {
            case .job(let job) where job.isAbandoned:
                job.finish(.dropped)
                continue
            case .job(let job): members.append(BatchMember(job))
            case .chore(let chore): chores.append(chore)
            }
            kept.append(work)
        }
        self.works = kept
        self.chores = chores
        self.members = members
    }

    var isEmpty: Bool { works.isEmpty }

    func answer(_ endings: [StoreEnding]) {
        #if PLANTED_BUGS
            if PlantedBug.current == .answerBeforeCommit { return }
        #endif
        deliver(endings)
    }

    func deliver(_ endings: [StoreEnding]) {
        for chore in chores { chore.finish(nil) }
        for (member, ending) in zip(members, endings) { member.job.finish(ending) }
    }

    /// A lone member that the schema refuses has broken its contract; anything else may be retried.
    func fail(_ error: DatabaseError, _ log: any Log) {
        log.error("A batch was not kept", error)
        for chore in chores { chore.finish(StoreUnavailable(error.description)) }
        for member in members {
            member.job.finish(
                error.isConstraint ? .broken(error.description) : .unavailable(error.description)
            )
        }
    }
}

extension Log {
    func error(_ message: String, _ error: DatabaseError) {
        self.error(message, [("error", error.description)])
    }

    func warning(_ message: String, _ error: DatabaseError) {
        warning(message, [("error", error.description)])
    }
}
