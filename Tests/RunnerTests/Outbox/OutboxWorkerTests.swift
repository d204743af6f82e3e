import Functions
import Testing

@testable import Runner

/// The worker on a real store: claims, retries, and the end of both.
struct OutboxWorkerTests {
    /// What deliveries there were, and a place to wait for them.
    private final class Deliveries: Sendable {
        private let state = Lock<[ClaimedEvent]>([])
        private let bell = Bell()

        func note(_ event: ClaimedEvent) {
            state.withLock { $0.append(event) }
            bell.ring()
        }

        /// The deliveries, once there are so many; after a minute as many as there are.
        func all(_ count: Int) async -> [ClaimedEvent] {
            let end = SystemClock.nanoseconds() + 60_000_000_000
            while true {
                let events = state.withLock { $0 }
                if events.count >= count || SystemClock.nanoseconds() > end { return events }
                await bell.wait(atMost: .seconds(1))
            }
        }
    }

    private func worker(
        _ test: TestStore,
        _ bell: Bell,
        limits: OutboxLimits = OutboxLimits(),
        deliver: @escaping @Sendable (ClaimedEvent) async -> DeliveryOutcome
    ) -> Task<Void, Never> {
        let worker = OutboxWorker(
            store: test.store,
            schedule: RetrySchedule { _ in 0 },
            limits: limits,
            bell: bell,
            log: test.log,
            // Time passes with every look, so that what was postponed is due at some time.
            now: {
                test.clock.advance(5)
                return test.clock.now
            },
            deliver: deliver
        )
        return Task { await worker.run() }
    }

    private func settle(_ test: TestStore, _ event: ClaimedEvent) async -> DeliveryOutcome {
        let input = RecordDelivery.Input(
            letterID: event.event.id,
            fence: event.fence,
            ending: .sent
        )
        _ = await test.run(RecordDelivery.self, input)
        return .settled
    }

    @Test func `every event is delivered, each once`() async throws {
        let bell = Bell()
        let test = try TestStore { $0.onEvents = { bell.ring() } }
        defer { test.store.close() }
        let user = await test.user(holding: 100)
        let deliveries = Deliveries()
        let task = worker(test, bell) { event in
            let outcome = await self.settle(test, event)
            deliveries.note(event)
            return outcome
        }
        for _ in 0..<10 { _ = await test.order(user, 1) }
        let events = await deliveries.all(10)
        task.cancel()
        await task.value
        #expect(Set(events.map(\.event.id)).count == 10)
        #expect(events.count == 10)
    }

    @Test func `what could not be delivered comes again with a higher fence`() async throws {
        let bell = Bell()
        let test = try TestStore { $0.onEvents = { bell.ring() } }
        defer { test.store.close() }
        let user = await test.user(holding: 100)
        _ = await test.order(user, 1)
        let deliveries = Deliveries()
        let task = worker(test, bell) { event in
            defer { deliveries.note(event) }
            return event.attempts < 2
                ? .later("the server is away") : await self.settle(test, event)
        }
        let events = await deliveries.all(3)
        task.cancel()
        await task.value
        #expect(events.map(\.attempts) == [0, 1, 2])
        #expect(events.map(\.fence) == events.map(\.fence).sorted())
        #expect(Set(events.map(\.fence)).count == 3)
    }

    @Test func `while nothing gets through, one event at a time is tried`() async throws {
        let bell = Bell()
        let test = try TestStore { $0.onEvents = { bell.ring() } }
        defer { test.store.close() }
        let user = await test.user(holding: 100)
        for _ in 0..<8 { _ = await test.order(user, 1) }
        var limits = OutboxLimits()
        limits.failuresBeforeProbing = 4
        limits.inFlight = 4
        let deliveries = Deliveries()
        let current = Lock((now: 0, most: 0, seen: 0))
        let task = worker(test, bell, limits: limits) { event in
            current.withLock { state in
                state.now += 1
                state.seen += 1
                if state.seen > 8 { state.most = max(state.most, state.now) }
            }
            await Task.yield()
            current.withLock { $0.now -= 1 }
            deliveries.note(event)
            return .later("down")
        }
        _ = await deliveries.all(24)
        task.cancel()
        await task.value
        #expect(current.withLock { $0.most } == 1)
    }

    @Test func `pauses double up to half an hour, and four days are the end`() {
        #expect(RetrySchedule.bound(after: 0) == 2_000)
        #expect(RetrySchedule.bound(after: 3) == 16_000)
        #expect(RetrySchedule.bound(after: 60) == 1_800_000)
        let start = Timestamp(milliseconds: 1_000)
        let latest = RetrySchedule { $0 - 1 }.next(after: 3, now: start)
        #expect(latest.milliseconds == 1_000 + 16_000)
        let end = Timestamp(milliseconds: 1_000 + 4 * 86_400_000)
        #expect(!RetrySchedule.isOver(firstDueAt: start, now: end))
        #expect(
            RetrySchedule.isOver(
                firstDueAt: start,
                now: Timestamp(milliseconds: end.milliseconds + 1)
            )
        )
    }

    @Test func `a bell that rang before anybody waited is heard`() async {
        let bell = Bell()
        bell.ring()
        let before = SystemClock.nanoseconds()
        await bell.wait(atMost: .seconds(600))
        async let waiting: Void = bell.wait(atMost: .seconds(600))
        bell.ring()
        await waiting
        #expect(SystemClock.nanoseconds() - before < 60_000_000_000)
    }
}
