import Functions
import Testing

struct NotifyTests {
    /// A store with one letter that waits.
    private func world() async throws -> (store: TestStore, letter: LetterState) {
        let store = try await TestStore()
        try await store.open(.alice, 10, email: "alice@example.com")
        _ = try await store.order("tea", 1)
        let id = try #require(try await store.letters(of: .alice).first).id
        return (store, try await store.output(ReadLetter.self, id))
    }

    private func notify(
        _ store: TestStore,
        _ id: LetterID,
        fence: Int64,
        _ outcome: LetterDelivery.Outcome = .sent,
        sending: @escaping @Sendable (Letter) async -> Void = { _ in }
    ) async throws(EffectError<Notify.Code>) {
        let context = EffectContext(
            key: nil,
            identity: TestIdentity(store.clock).administration(),
            delivery: LetterDelivery { letter in
                await sending(letter)
                return outcome
            },
            runner: store.runner
        )
        _ = try await Notify.handle(
            .init(letterID: id, fence: fence),
            .by(.service),
            in: context
        )
    }

    @Test func `a letter that was handed on is sent, and its event settled`() async throws {
        let (store, state) = try await world()
        store.clock.advance(seconds: 2)
        try await notify(store, state.letter.id, fence: state.fence)

        let after = try await store.output(ReadLetter.self, state.letter.id)
        #expect(after.letter.status == .sent)
        #expect(after.letter.sentAt == store.clock.now)
        #expect(after.isSettled)
        let reply = try await store.output(GetNotification.self, .init(letterID: state.letter.id))
        #expect(reply.rendered.contains(#""sentAt":"2025-11-25T11:00:02.000Z""#))
    }

    @Test func `a settled event is done, and nothing is sent again`() async throws {
        let (store, state) = try await world()
        try await notify(store, state.letter.id, fence: state.fence)
        try await confirmation(expectedCount: 0) { sent in
            try await notify(store, state.letter.id, fence: state.fence) { _ in sent() }
            try await notify(store, state.letter.id, fence: state.fence + 9) { _ in sent() }
        }
    }

    @Test func `a letter that is refused for good has failed`() async throws {
        let (store, state) = try await world()
        try await notify(store, state.letter.id, fence: state.fence, .rejected("550 no such user"))
        let after = try await store.output(ReadLetter.self, state.letter.id)
        #expect(after.letter.status == .failed)
        #expect(after.letter.sentAt == nil)
        #expect(after.isSettled)
    }

    @Test func `what could not be handed on now changes nothing`() async throws {
        let (store, state) = try await world()
        await #expect(throws: EffectError<Notify.Code>.self) {
            try await notify(store, state.letter.id, fence: state.fence, .later("no answer"))
        }
        #expect(try await store.output(ReadLetter.self, state.letter.id) == state)
    }

    @Test func `a stale fence sends nothing`() async throws {
        let (store, state) = try await world()
        await confirmation(expectedCount: 0) { sent in
            let ending = await ending { () async throws(EffectError<Notify.Code>) in
                try await notify(store, state.letter.id, fence: state.fence + 1) { _ in sent() }
            }
            #expect(ending == .fenceStale)
        }
        #expect(try await store.output(ReadLetter.self, state.letter.id) == state)
    }

    @Test func `an event that was taken while its letter was sent is not settled`() async throws {
        let (store, state) = try await world()
        let stale = RecordDelivery.Input(
            letterID: state.letter.id,
            fence: state.fence - 1,
            ending: .sent
        )
        let refused = await problem(Notify.Code.self) {
            try await store.output(RecordDelivery.self, stale)
        }
        #expect(refused?.code == .fenceStale)
        #expect(refused?.code.status == 409)
        #expect(try await store.output(ReadLetter.self, state.letter.id) == state)
    }

    @Test func `an event that nobody settled is a dead letter`() async throws {
        let (store, _) = try await world()
        let unknown = LetterID(UUID(high: 1, low: 1))
        let ending = await ending { () async throws(EffectError<Notify.Code>) in
            try await notify(store, unknown, fence: 0)
        }
        #expect(ending == .letterMissing)
        #expect(ending?.status == 422)
    }

    @Test func `the event's attributes are checked`() throws {
        func decode(_ id: String?, _ fence: String?) -> (Notify.Input?, [String]) {
            var decoding = Decoding()
            var parts = RequestParts()
            if let id { parts.attributes.append(("id", id)) }
            if let fence { parts.attributes.append(("fence", fence)) }
            return (Notify.input.decode(parts, &decoding), decoding.problems.map(\.text))
        }
        let id = "019aba21-0fd0-7b3c-8d4e-5f60718293a4"
        let (input, problems) = decode(id, "7")
        #expect(input?.letterID.description == id)
        #expect(input?.fence == 7)
        #expect(problems.isEmpty)
        #expect(decode(nil, nil).1 == ["id is required", "fence is required"])
        #expect(
            decode("x", "-1").1 == ["id must be a UUID", "fence must be an integer from 0"]
        )
    }

    private func ending(
        _ body: () async throws(EffectError<Notify.Code>) -> Void
    ) async -> Notify.Code? {
        do throws(EffectError<Notify.Code>) {
            try await body()
            return nil
        } catch {
            guard case .problem(let problem) = error else { return nil }
            return problem.code
        }
    }
}
