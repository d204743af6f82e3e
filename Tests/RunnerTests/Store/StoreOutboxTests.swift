import Functions
import Runner
import Testing

/// Leases, fences and redriving.
struct StoreOutboxTests {
    private func claim(_ test: TestStore, lease: Int64 = 30_000) async throws -> [ClaimedEvent] {
        try await test.store.claimEvents(
            limit: 10,
            now: test.clock.now,
            leaseUntil: Timestamp(milliseconds: test.clock.now.milliseconds + lease)
        )
    }

    private func end(
        _ test: TestStore,
        _ event: ClaimedEvent,
        _ ending: RecordDelivery.Ending = .sent
    ) async -> Result<Void, Problem<Notify.Code>>? {
        await test.run(
            RecordDelivery.self,
            .init(letterID: event.event.id, fence: event.fence, ending: ending)
        ).result
    }

    private func letter(_ test: TestStore, _ id: LetterID) async throws -> Letter {
        try #require(
            await test.query(ListNotifications.self, .init(whose: .everybody))
        ).get().items.map(\.letter).first { $0.id == id } ?? { throw StoreUnavailable("none") }()
    }

    @Test func `an event is taken once until its lease is over`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10)
        _ = await test.order(user, 1)

        let first = try await claim(test)
        let none = try await claim(test)
        let due = try await test.store.nextDue()
        test.clock.advance(30_000)
        let second = try await claim(test)

        #expect(first.count == 1)
        #expect(none.isEmpty)
        #expect(due == test.clock.now)
        #expect(second.map(\.event) == first.map(\.event))
        #expect(second.map(\.attempts) == [1])
        #expect(second[0].fence > first[0].fence)
    }

    @Test func `a delivery whose fence has moved on changes nothing`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10)
        _ = await test.order(user, 1)
        let stale = try await claim(test)[0]
        test.clock.advance(30_000)
        let fresh = try await claim(test)[0]

        let refused = await end(test, stale)
        let isPostponed = try await test.store.postpone(
            stale,
            until: test.clock.now,
            reason: "late"
        )
        try await test.store.renewLeases([stale], until: Timestamp(milliseconds: 0))
        let still = try await claim(test)
        let done = await end(test, fresh)

        guard case .failure(let problem) = refused, case .success = done else {
            Issue.record("wrong ends: \(String(describing: refused)), \(String(describing: done))")
            return
        }
        #expect(problem.code == .fenceStale)
        #expect(!isPostponed)
        #expect(still.isEmpty)
        #expect(try await letter(test, fresh.event.id).status == .sent)
        #expect(try await test.store.nextDue() == nil)
    }

    @Test func `an event that is given back is due again when it was said, and keeps its fence`()
        async throws
    {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10)
        _ = await test.order(user, 1)
        let event = try await claim(test)[0]
        let later = Timestamp(milliseconds: test.clock.now.milliseconds + 5_000)

        #expect(try await test.store.postpone(event, until: later, reason: "421 busy"))
        #expect(try await test.store.nextDue() == later)
        #expect(try await claim(test).isEmpty)
        test.clock.advance(5_000)
        #expect(try await claim(test).map(\.firstDueAt) == [event.firstDueAt])
    }

    @Test func `a lease that is renewed holds longer`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10)
        _ = await test.order(user, 1)
        let event = try await claim(test)[0]
        let later = Timestamp(milliseconds: test.clock.now.milliseconds + 60_000)

        try await test.store.renewLeases([event], until: later)
        test.clock.advance(30_000)

        #expect(try await claim(test).isEmpty)
        #expect(try await test.store.nextDue() == later)
    }

    @Test func `a new owner of the file drops the leases of the old one`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        let user = await test.user(holding: 10)
        _ = await test.order(user, 1)
        let before = try await claim(test, lease: 3_600_000)
        test.store.close()

        let again = try TestStore(.file(directory.database), clock: test.clock)
        defer { again.store.close() }
        let after = try await claim(again)

        #expect(after.map(\.event) == before.map(\.event))
    }

    @Test func `a letter without an address fails, and goes out once there is one`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10, email: nil)
        _ = await test.order(user, 1)
        let letters = try #require(
            await test.query(ListNotifications.self, .init(whose: .user(user)))
        ).get().items.map(\.letter)
        #expect(letters.map(\.status) == [.failed])
        #expect(try await claim(test).isEmpty)

        let untouched = try await test.store.redrive(nil)
        await test.open(user, email: "anna@example.org")
        let taken = try await test.store.redrive([letters[0].id, LetterID(UUID(high: 1, low: 1))])
        let twice = try await test.store.redrive([letters[0].id])

        #expect(untouched.isEmpty)
        #expect(taken == [letters[0].id])
        #expect(twice.isEmpty)
        let letter = try await letter(test, letters[0].id)
        #expect(letter.status == .queued)
        #expect(letter.recipient == "anna@example.org")
        #expect(try await claim(test).map(\.event.id) == taken)
    }

    @Test func `all letters that failed go out again, however many`() async throws {
        let test = try TestStore()
        defer { test.store.close() }
        let user = await test.user(holding: 10)
        let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
        _ = await test.runBatch(CreateOrder.self, Array(repeating: (input, nil), count: 600))
        let events = try await test.store.claimEvents(
            limit: 1_000,
            now: test.clock.now,
            leaseUntil: test.clock.now
        )
        for event in events { _ = await end(test, event, .failed("550 no such user")) }
        #expect(try await test.store.nextDue() == nil)

        let taken = try await test.store.redrive(nil)

        #expect(events.count == 600)
        #expect(taken == events.map(\.event.id).sorted())
        // A delivery from before cannot end the letter once more.
        let stale = await end(test, events[0], .sent)
        guard case .failure(let problem) = stale else {
            Issue.record("not refused")
            return
        }
        #expect(problem.code == .fenceStale)
    }
}
