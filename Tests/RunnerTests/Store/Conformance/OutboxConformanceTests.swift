import Functions
import Runner
import Testing

/// Leases and fences.
struct OutboxConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `an event is taken once until its lease is over`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            #expect(try await test.store.nextDue() == nil)
            #expect(try await test.claim() == [])
            _ = await test.order(await test.user(holding: 10), 1)

            let due = try await test.store.nextDue()
            let first = try await test.claim()
            let leased = try await test.store.nextDue()
            test.clock.advance(29_999)
            let none = try await test.claim()
            test.clock.advance(1)
            let second = try await test.claim()

            #expect(due == test.clock.later(-30_000))
            #expect(first.count == 1 && first[0].attempts == 0 && first[0].firstDueAt == due)
            #expect(none == [])
            #expect(leased == test.clock.now)
            #expect(second.map(\.event) == first.map(\.event))
            #expect(second.map(\.attempts) == [1])
            #expect(second.map(\.firstDueAt) == first.map(\.firstDueAt))
            #expect(second[0].fence > first[0].fence)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `an event names the request behind it and its trace`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10)
            let traces = ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", nil]
            var calls: [Call] = []
            for trace in traces {
                let call = Call(
                    caller: nil,
                    requestID: TestStore.randomUUID(),
                    traceparent: trace,
                    configuration: test.configuration
                )
                calls.append(call)
                _ = await delivered { done in
                    test.store.submit(
                        TestJob<CreateOrder>(
                            .init(title: "Чай", price: 1, userID: user),
                            call,
                            nil
                        ) { done($0.ending.word) }
                    )
                }
            }

            let events = try await test.claim().sorted { $0.event.id < $1.event.id }

            #expect(events.map(\.event.traceparent) == traces)
            #expect(events.map(\.event.requestID) == calls.map(\.requestID))
            #expect(events.map(\.event.createdAt) == [test.clock.now, test.clock.now])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `those that have waited longest are taken first, no more than asked for`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            var ids: [LetterID] = []
            for step in [0, -9_000, 4_000, 20_000] as [Int64] {
                test.clock.advance(step)
                let order = try #require(await test.order(user, 1).output?.order.id)
                ids.append(LetterID(order.uuid))
            }
            test.clock.advance(-15_001)

            let first = try await test.claim(limit: 2).map(\.event.id)
            let second = try await test.claim(limit: 2).map(\.event.id)
            test.clock.advance(15_001)
            let third = try await test.claim(limit: 2).map(\.event.id)

            // For a clock that was set back, the first and the fourth are not due yet.
            #expect(first == [ids[1], ids[2]])
            #expect(second == [])
            #expect(third == [ids[0], ids[3]])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `workers at once take different events, and all of them`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 100)
            let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
            _ = await test.runAll(CreateOrder.self, Array(repeating: (input, nil), count: 100))

            var taken: [LetterID] = []
            while taken.count < 100 {
                async let one = test.claim(limit: 13)
                async let two = test.claim(limit: 13)
                async let three = test.claim(limit: 13)
                let more = try await one + two + three
                if more.isEmpty { break }
                taken += more.map(\.event.id)
            }

            #expect(taken.count == 100)
            #expect(Set(taken).count == 100)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a delivery whose fence has moved on changes nothing`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            _ = await test.order(await test.user(holding: 10), 1)
            let stale = try await test.claim()[0]
            test.clock.advance(30_000)
            let fresh = try await test.claim()[0]

            #expect(await test.end(stale) == .fenceStale)
            let isPostponed = try await test.store.postpone(
                stale,
                until: test.clock.now,
                reason: "late"
            )
            #expect(!isPostponed)
            try await test.store.renewLeases([stale], until: Timestamp(milliseconds: 0))
            #expect(try await test.claim() == [])
            #expect(try await test.letter(fresh.event.id).status == .queued)
            #expect(await test.end(fresh) == nil)
            let letter = try await test.letter(fresh.event.id)
            #expect(letter.status == .sent && letter.sentAt == test.clock.now)
            #expect(try await test.store.nextDue() == nil)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `an event that is settled stays settled`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            _ = await test.order(await test.user(holding: 10), 1)
            let event = try await test.claim()[0]
            #expect(await test.end(event) == nil)
            let letter = try await test.letter(event.event.id)
            test.clock.advance(40_000)

            #expect(await test.end(event) == nil)
            #expect(await test.end(event, .failed("550")) == nil)
            let isPostponed = try await test.store.postpone(
                event,
                until: test.clock.now,
                reason: "late"
            )
            try await test.store.renewLeases([event], until: test.clock.now)
            let redriven = try await test.store.redrive([event.event.id])

            #expect(!isPostponed && redriven == [])
            #expect(try await test.claim() == [])
            #expect(try await test.letter(event.event.id) == letter)
            let unknown = ClaimedEvent(
                event: OrderSettled(
                    id: LetterID(TestStore.randomUUID()),
                    traceparent: nil,
                    requestID: event.event.requestID,
                    createdAt: test.clock.now
                ),
                fence: 1,
                attempts: 0,
                firstDueAt: test.clock.now
            )
            #expect(await test.end(unknown) == .letterMissing)
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `an event that is given back is due again when it was said, and keeps its fence`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            _ = await test.order(await test.user(holding: 10), 1)
            let event = try await test.claim()[0]
            let later = test.clock.later(5_000)

            #expect(try await test.store.postpone(event, until: later, reason: "421 busy"))
            #expect(try await test.store.nextDue() == later)
            #expect(try await test.claim() == [])
            // A delivery that ends after all is taken for what it is.
            test.clock.advance(5_000)
            let again = try await test.claim()
            #expect(again.map(\.firstDueAt) == [event.firstDueAt])
            #expect(again.map(\.attempts) == [1])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a lease that is renewed holds longer`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10)
            for _ in 0..<3 { _ = await test.order(user, 1) }
            let events = try await test.claim()

            try await test.store.renewLeases(Array(events[0...1]), until: test.clock.later(60_000))
            try await test.store.renewLeases([], until: test.clock.later(90_000))
            test.clock.advance(30_000)
            let third = try await test.claim()
            test.clock.advance(30_000)
            let others = try await test.claim(lease: 0)

            #expect(third.map(\.event) == [events[2].event])
            #expect(Set(others.map(\.event.id)) == Set(events.map(\.event.id)))
        }
    }
}
