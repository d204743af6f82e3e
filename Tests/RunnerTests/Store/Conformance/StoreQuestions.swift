import Functions
import Runner
import Testing

/// What tests ask of a store in few words.
extension TestStore {
    func output<F: QueryFunction>(_ function: F.Type, _ input: F.Input) async throws -> F.Output {
        try #require(await query(function, input)).get()
    }

    func orders(_ whose: Whose, page: Int = 200) async throws -> [Order] {
        try await all { cursor in
            let list = ListOrders.Input(whose: whose, limit: page, cursor: cursor)
            let found = try await self.output(ListOrders.self, list)
            return (found.items.map(\.order), found.next)
        }
    }

    func letters(_ whose: Whose, page: Int = 200) async throws -> [Letter] {
        try await all { cursor in
            let list = ListNotifications.Input(whose: whose, limit: page, cursor: cursor)
            let found = try await self.output(ListNotifications.self, list)
            return (found.items.map(\.letter), found.next)
        }
    }

    func entries(_ user: UserID, page: Int = 200) async throws -> [Movement] {
        try await all { cursor in
            let list = ListEntries.Input(userID: user, limit: page, cursor: cursor)
            let found = try await self.output(ListEntries.self, list)
            return (found.items.map(\.movement), found.next)
        }
    }

    func letter(_ id: LetterID) async throws -> Letter {
        try await output(ReadLetter.self, id).letter
    }

    @discardableResult
    func deposit(
        _ user: UserID,
        _ amount: Int64,
        key: KeyClaim? = nil
    ) async -> TestEnding<Deposit> {
        await run(Deposit.self, .init(userID: user, amount: amount), key: key)
    }

    @discardableResult
    func withdraw(
        _ user: UserID,
        _ amount: Int64,
        _ order: OrderID = OrderID(randomUUID()),
        key: KeyClaim? = nil
    ) async -> TestEnding<Withdraw> {
        await run(Withdraw.self, .init(userID: user, amount: amount, orderID: order), key: key)
    }

    /// Takes due events under a lease.
    func claim(limit: Int = 10, lease: Int64 = 30_000) async throws -> [ClaimedEvent] {
        try await store.claimEvents(limit: limit, now: clock.now, leaseUntil: clock.later(lease))
    }

    /// Ends the delivery of an event that was taken; nil where that goes well.
    func end(
        _ event: ClaimedEvent,
        _ ending: RecordDelivery.Ending = .sent
    ) async -> Notify.Code? {
        await run(
            RecordDelivery.self,
            .init(letterID: event.event.id, fence: event.fence, ending: ending)
        ).refusal
    }

    /// Follows a list's cursors to its end.
    private func all<Item>(
        _ page: (UUID?) async throws -> ([Item], next: UUID?)
    ) async throws -> [Item] {
        var (items, next) = try await page(nil)
        while let cursor = next {
            let more = try await page(cursor)
            items += more.0
            next = more.next
        }
        return items
    }
}

extension ManualClock {
    func later(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: now.milliseconds + milliseconds)
    }
}

extension TestEnding {
    var refusal: F.Code? {
        guard case .failure(let problem) = result else { return nil }
        return problem.code
    }

    /// What the key's record says, where the body did not run.
    var recorded: KeyRecord.Ending? {
        guard case .replayed(let record) = ending else { return nil }
        return record.ending
    }
}
