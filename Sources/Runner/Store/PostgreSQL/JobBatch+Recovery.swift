internal import Functions

// What becomes of a batch that was not kept, or of which nobody knows.
extension JobBatch {
    private static let conflictsTogether = 4
    private static let conflictsAlone = 10
    private static let breaksBeforeCommit = 2
    private static let breaksBehindCommit = 10
    private static let doublesAlone = 3

    func recover(from error: PostgreSQLError) -> DatabaseSequel {
        switch error.kind {
        case .refused: return refused(error)
        case .unknown: return resolve(error)
        case .lost where unresolved == nil: return again(error, JobBatch.breaksBeforeCommit)
        case .lost: return again(error, JobBatch.breaksBehindCommit)
        case .away where unresolved != nil: return again(error, JobBatch.breaksBehindCommit)
        case .away: return fail(.unavailable(error.description))
        case .unexpected:
            environment.log.error("A batch was not kept", [("error", error.description)])
            return fail(.unavailable(error.description))
        }
    }

    /// How a job ends that need not run; nil where it must.
    var endingWithoutRun: StoreEnding? {
        guard case .alone(let group) = form, let member = members.first else { return nil }
        if member.job.isAbandoned { return .dropped }
        if let key = member.key?.key, group.blockedKeys.contains(key) { return .keyInProgress }
        if !group.blockedAccounts.isDisjoint(with: member.rows.accounts) { return Self.locked }
        return nil
    }

    private static let locked = StoreEnding.unavailable("somebody holds a row that it needs")

    private func refused(_ error: PostgreSQLError) -> DatabaseSequel {
        if error.isConflict {
            conflicts += 1
            let limit = isAlone ? JobBatch.conflictsAlone : JobBatch.conflictsTogether
            if conflicts <= limit {
                return .later(self, milliseconds: Int64.random(in: 1...(4 << Int64(conflicts))))
            }
            return isAlone ? fail(.unavailable(error.description)) : part(error)
        }
        if error.isLockTimeout || error.isStatementTimeout {
            return isAlone ? blocked(error) : part(error)
        }
        guard error.isConstraint else {
            environment.log.warning("A batch was not kept", [("error", error.description)])
            return fail(.unavailable(error.description))
        }
        guard isAlone else { return part(error) }
        doubles += 1
        if error.isUniqueViolation && doubles <= JobBatch.doublesAlone { return .now(self) }
        environment.log.error("A batch was not kept", [("error", error.description)])
        return fail(.broken(error.description))
    }

    /// One of them is in trouble: alone, it does not pull its neighbours in.
    ///
    /// Where an earlier commit may still happen, its witnesses tell each key's own end; a job without
    /// a key has none.
    private func part(_ error: PostgreSQLError) -> DatabaseSequel {
        environment.log.info(
            "A batch was refused and is repeated one by one",
            [("jobs", String(members.count)), ("error", error.description)]
        )
        let untold = unresolved == nil ? [] : members.filter { $0.key == nil }
        for member in untold { member.job.finish(.unavailable(error.description)) }
        queue.ended(
            self,
            leaving: unresolved == nil ? members : members.filter { $0.key != nil }
        )
        return .none
    }

    private func blocked(_ error: PostgreSQLError) -> DatabaseSequel {
        guard case .alone(let group) = form, let member = members.first else {
            return fail(Self.locked)
        }
        environment.log.warning(
            "A transaction waited too long for a lock",
            [("error", error.description)]
        )
        switch phase {
        case .keys:
            if let key = member.key?.key { group.blockedKeys.insert(key) }
            return fail(.keyInProgress)
        case .rows:
            group.blockedAccounts.formUnion(member.rows.accounts)
            return fail(Self.locked)
        case .writes, .leaving: return fail(Self.locked)
        }
    }

    /// Nobody knows whether the commit has happened.
    ///
    /// The batch is begun anew: its keys wait for the old transaction's end, and then name the old
    /// answers or take new ones.
    private func resolve(_ error: PostgreSQLError) -> DatabaseSequel {
        guard let outcome else { return fail(.unavailable(error.description)) }
        #if PLANTED_BUGS
            if PlantedBug.current == .unknownIsDone {
                for (member, ending) in zip(members, outcome.endings) { member.job.finish(ending) }
                queue.ended(self)
                return .none
            }
        #endif
        guard outcome.witnesses.isEmpty else {
            unresolved = outcome
            return again(error, JobBatch.breaksBehindCommit)
        }
        for (member, ending) in zip(members, outcome.endings) {
            if case .committed = ending {
                member.job.finish(.unavailable(error.description))
            } else {
                member.job.finish(ending)
            }
        }
        queue.ended(self)
        return .none
    }

    private func again(_ error: PostgreSQLError, _ limit: Int) -> DatabaseSequel {
        breaks += 1
        if breaks > limit || queue.isClosed { return fail(.unavailable(error.description)) }
        return .later(self, milliseconds: Int64.random(in: 20...250))
    }

    private func fail(_ ending: StoreEnding) -> DatabaseSequel {
        for member in members { member.job.finish(ending) }
        queue.ended(self)
        return .none
    }
}

extension PostgreSQLError {
    /// A row is not one that the schema takes.
    fileprivate var isConstraint: Bool { state.hasPrefix("22") || state.hasPrefix("23") }
}
