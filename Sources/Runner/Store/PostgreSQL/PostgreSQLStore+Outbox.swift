package import Functions

// The outbox's own statements. A lease is not dropped when a process starts, for other workers may
// hold it: it ends by itself.
extension PostgreSQLStore {
    package func claimEvents(
        limit: Int,
        now: Timestamp,
        leaseUntil: Timestamp
    ) async throws(StoreUnavailable) -> [ClaimedEvent] {
        let due = OutboxStatements.due(
            now: now,
            limit: limit,
            skipsLocked: !options.database.isDistributed
        )
        return try await available { () async throws(PostgreSQLError) in
            try await thread.converse([due]) { (results) throws(PostgreSQLError) in
                let events = try results.first?.map(OutboxStatements.event) ?? []
                if events.isEmpty { return (events, []) }
                return (events, [OutboxStatements.lease(events, until: leaseUntil)])
            }
        }
    }

    package func renewLeases(
        _ events: [ClaimedEvent],
        until: Timestamp
    ) async throws(StoreUnavailable) {
        let statements = [
            OutboxStatements.lock(events.map(\.event.id)),
            OutboxStatements.renew(events, until: until),
        ]
        _ = try await available { () async throws(PostgreSQLError) in
            try await thread.run(statements)
        }
    }

    package func postpone(
        _ event: ClaimedEvent,
        until: Timestamp,
        reason: String
    ) async throws(StoreUnavailable) -> Bool {
        let statement = OutboxStatements.postpone(event, until: until, reason: reason)
        return try await available { () async throws(PostgreSQLError) in
            try await thread.run([statement]).first?.changes == 1
        }
    }

    package func nextDue() async throws(StoreUnavailable) -> Timestamp? {
        try await available { () async throws(PostgreSQLError) in
            let results = try await thread.run([OutboxStatements.next], in: .init(.read))
            return try results.first?.first?.optionalMoment(0)
        }
    }

    package func staleClaims(
        before: Timestamp,
        limit: Int
    ) async throws(StoreUnavailable) -> [RegistrationClaim] {
        let statement = OutboxStatements.staleClaims(before: before, limit: limit)
        return try await available { () async throws(PostgreSQLError) in
            let results = try await thread.run([statement], in: .init(.read))
            return try results.first?.map(RegistrationClaim.init) ?? []
        }
    }

    package func redrive(_ letters: [LetterID]?) async throws(StoreUnavailable) -> [LetterID] {
        var taken: [LetterID] = []
        if let letters {
            for start in stride(from: 0, to: letters.count, by: OutboxStatements.redriveSlice) {
                let slice = Array(letters[start...].prefix(OutboxStatements.redriveSlice))
                taken += try await redrive(OutboxStatements.failed(slice)).taken
            }
        } else {
            var last: LetterID? = LetterID(UUID(high: 0, low: 0))
            while let after = last {
                let slice = try await redrive(OutboxStatements.failed(after: after))
                taken += slice.taken
                last = slice.last
            }
        }
        if !taken.isEmpty { options.onEvents() }
        return taken
    }

    /// Makes a slice of failed letters due again, those that have an address by now; `last` is nil
    /// behind the last slice.
    private func redrive(
        _ failed: PostgreSQLStatement
    ) async throws(StoreUnavailable) -> (taken: [LetterID], last: LetterID?) {
        let (now, chooseRecipient) = (options.now, options.chooseRecipient)
        return try await available { () async throws(PostgreSQLError) in
            try await thread.converse([failed]) { (results) throws(PostgreSQLError) in
                let letters = try results.first?.map(OutboxStatements.failedLetter) ?? []
                let isFull = letters.count == OutboxStatements.redriveSlice
                let last = isFull ? letters.last?.id : nil
                let addressed = letters.map { ($0.id, chooseRecipient($0.contact)) }
                    .filter { $0.1.address != nil }
                if addressed.isEmpty { return ((taken: [], last: last), []) }
                return (
                    (taken: addressed.map(\.0), last: last),
                    [OutboxStatements.restart(addressed, now: now())]
                )
            }
        }
    }

    private func available<Value>(
        _ body: () async throws(PostgreSQLError) -> Value
    ) async throws(StoreUnavailable) -> Value {
        if let reason = reasonNotToServe { throw StoreUnavailable(reason) }
        do throws(PostgreSQLError) {
            return try await body()
        } catch {
            throw StoreUnavailable(error.description)
        }
    }
}
