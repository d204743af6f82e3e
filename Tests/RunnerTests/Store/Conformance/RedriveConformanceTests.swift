import Functions
import Runner
import Testing

/// Letters that have failed, and how they go out after all.
struct RedriveConformanceTests {
    @Test(arguments: StoreForm.allCases)
    func `a letter without an address fails, and goes out once there is one`(form: StoreForm)
        async throws
    {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10, email: nil)
            _ = await test.order(user, 1)
            let failed = try #require(try await test.letters(.user(user)).first)
            #expect(failed.status == .failed && failed.recipient == nil)
            #expect(try await test.claim() == [])
            #expect(try await test.store.nextDue() == nil)

            let untouched = try await test.store.redrive(nil)
            await test.open(user, email: "anna@example.org")
            test.clock.advance(7_000)
            let taken = try await test.store.redrive([failed.id, LetterID(UUID(high: 1, low: 1))])
            let twice = try await test.store.redrive([failed.id])

            #expect(untouched == [] && taken == [failed.id] && twice == [])
            let letter = try await test.letter(failed.id)
            #expect(letter.status == .queued && letter.recipient == "anna@example.org")
            #expect(letter.order == failed.order)
            #expect(try await test.store.nextDue() == test.clock.now)
            let events = try await test.claim()
            #expect(events.map(\.event.id) == taken)
            #expect(events.map(\.firstDueAt) == [test.clock.now])
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `a letter that was refused goes to the address of today, and its count begins anew`(
        form: StoreForm
    ) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10)
            _ = await test.order(user, 1)
            _ = try await test.claim(lease: 0)
            let event = try await test.claim()[0]
            #expect(await test.end(event, .failed("550 no such user")) == nil)
            let failed = try await test.letter(event.event.id)
            await test.open(user, email: "anna@example.com")

            let taken = try await test.store.redrive(nil)
            let late = await test.end(event)
            let again = try await test.claim()

            #expect(failed.status == .failed && failed.sentAt == nil)
            #expect(failed.recipient == "anna@example.org")
            #expect(taken == [failed.id])
            #expect(late == .fenceStale)
            #expect(again.map(\.attempts) == [0])
            #expect(again[0].fence > event.fence)
            #expect(try await test.letter(failed.id).recipient == "anna@example.com")
        }
    }

    @Test(arguments: StoreForm.allCases)
    func `all letters that failed go out again, however many`(form: StoreForm) async throws {
        try await form.scenario { test async throws in
            let user = await test.user(holding: 10)
            let input = CreateOrder.Input(title: "Чай", price: 1, userID: user)
            _ = await test.runAll(CreateOrder.self, Array(repeating: (input, nil), count: 600))
            let events = try await test.claim(limit: 1_000, lease: 0)
            let codes = await test.runAll(
                RecordDelivery.self,
                events.map { event in
                    (
                        .init(letterID: event.event.id, fence: event.fence, ending: .failed("550")),
                        nil
                    )
                }
            )
            #expect(codes.count { $0.output != nil } == 600)
            #expect(try await test.store.nextDue() == nil)

            let taken = try await test.store.redrive(nil)
            let none = try await test.store.redrive(nil)

            #expect(events.count == 600 && none == [])
            #expect(taken.sorted() == events.map(\.event.id).sorted())
            // A delivery from before cannot end the letter once more.
            #expect(await test.end(events[0]) == .fenceStale)
            #expect(try await test.claim(limit: 1_000).count == 600)
        }
    }
}
