package import Functions

/// Delivers the events of the outbox: claims them under a lease, hands each to `notify`, and gives
/// back what could not be delivered, to be tried again.
///
/// An event is delivered at least once: a worker that dies loses its lease, and another one goes on.
package final class OutboxWorker: Sendable {
    private let store: any Store
    private let deliver: @Sendable (ClaimedEvent) async -> DeliveryOutcome
    private let schedule: RetrySchedule
    private let limits: OutboxLimits
    private let log: any Log
    private let now: @Sendable () -> Timestamp
    private let state = Lock(State())
    private let bell: Bell

    private struct State {
        var inFlight: [LetterID: ClaimedEvent] = [:]
        /// Deliveries in a row that ended as `later`.
        var failuresInRow = 0
        /// When the next event is tried, while nothing gets through.
        var nextProbe: ContinuousClock.Instant?
    }

    package init(
        store: any Store,
        schedule: RetrySchedule,
        limits: OutboxLimits = OutboxLimits(),
        bell: Bell,
        log: any Log,
        now: @escaping @Sendable () -> Timestamp,
        deliver: @escaping @Sendable (ClaimedEvent) async -> DeliveryOutcome
    ) {
        self.store = store
        self.schedule = schedule
        self.limits = limits
        self.bell = bell
        self.log = log
        self.now = now
        self.deliver = deliver
    }

    /// Works until its task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.renewLeases() }
            while !Task.isCancelled {
                let events = await claim()
                for event in events { group.addTask { await self.handle(event) } }
                if events.isEmpty { await bell.wait(atMost: await pause()) }
            }
            group.cancelAll()
        }
    }

    /// Takes as many due events as there is room for; while nothing gets through, one at a time.
    private func claim() async -> [ClaimedEvent] {
        let room = min(limits.batch, room)
        guard room > 0 else { return [] }
        let now = now()
        do throws(StoreUnavailable) {
            let events = try await store.claimEvents(
                limit: room,
                now: now,
                leaseUntil: Timestamp(milliseconds: now.milliseconds + limits.leaseMilliseconds)
            )
            state.withLock { for event in events { $0.inFlight[event.event.id] = event } }
            return events
        } catch {
            log.warning("the outbox cannot be read", [("reason", error.reason)])
            return []
        }
    }

    private var room: Int {
        state.withLock { state in
            guard let nextProbe = state.nextProbe else {
                return limits.inFlight - state.inFlight.count
            }
            return nextProbe <= .now ? 1 - state.inFlight.count : 0
        }
    }

    /// How long to wait for something to change when nothing could be claimed.
    private func pause() async -> Duration {
        if let nextProbe = state.withLock({ $0.nextProbe }), nextProbe > .now {
            return min(limits.longestPause, ContinuousClock.now.duration(to: nextProbe))
        }
        guard room > 0, let due = try? await store.nextDue() else { return limits.longestPause }
        let wait = max(limits.shortestPauseMilliseconds, due.milliseconds - now().milliseconds)
        return min(limits.longestPause, .milliseconds(wait))
    }

    private func handle(_ event: ClaimedEvent) async {
        let outcome = await deliver(event)
        note(outcome)
        if case .later(let reason) = outcome { await postpone(event, reason) }
        state.withLock { _ = $0.inFlight.removeValue(forKey: event.event.id) }
        bell.ring()
        report(event, outcome)
    }

    /// While nothing gets through, probes come ever more rarely, but go on: it may be the letters.
    private func note(_ outcome: DeliveryOutcome) {
        state.withLock { state in
            guard case .later = outcome else {
                state.failuresInRow = 0
                state.nextProbe = nil
                return
            }
            state.failuresInRow += 1
            let probes = state.failuresInRow - limits.failuresBeforeProbing
            guard probes >= 0 else { return }
            let pause = limits.shortestPauseMilliseconds << min(probes, 16)
            state.nextProbe = .now + .milliseconds(min(pause, limits.longestProbeMilliseconds))
        }
    }

    private func postpone(_ event: ClaimedEvent, _ reason: String) async {
        let until = schedule.next(after: event.attempts, now: now())
        do throws(StoreUnavailable) {
            _ = try await store.postpone(event, until: until, reason: reason)
        } catch {
            // The lease ends by itself; the event is due again then.
            log.warning(
                "an event could not be given back",
                [("event", event.event.id.description), ("reason", error.reason)]
            )
        }
    }

    /// A delivery may take longer than a lease: what is under way keeps its own.
    private func renewLeases() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: limits.renewal)
            let events = state.withLock { Array($0.inFlight.values) }
            guard !events.isEmpty, !Task.isCancelled else { continue }
            let until = Timestamp(milliseconds: now().milliseconds + limits.leaseMilliseconds)
            do throws(StoreUnavailable) {
                try await store.renewLeases(events, until: until)
            } catch {
                log.warning("leases could not be renewed", [("reason", error.reason)])
            }
        }
    }

    private func report(_ event: ClaimedEvent, _ outcome: DeliveryOutcome) {
        let values = [
            ("event", event.event.id.description), ("order", event.event.orderID.description),
            ("requestId", event.event.requestID.text), ("attempt", String(event.attempts + 1)),
        ]
        switch outcome {
        case .settled: log.info("letter settled", values)
        case .stale: log.info("letter was taken over", values)
        case .later(let reason): log.warning("letter postponed", values + [("reason", reason)])
        }
    }
}

/// How one delivery ended.
package enum DeliveryOutcome: Sendable, Equatable {
    /// Done, now or before; or given up for good, which is visible at the letter.
    case settled
    /// Another worker has the event.
    case stale
    case later(String)
}

/// Every limit of the outbox.
package struct OutboxLimits: Sendable {
    package var inFlight = 64
    package var batch = 100
    package var leaseMilliseconds: Int64 = 30_000
    package var renewal: Duration = .seconds(10)
    package var longestPause: Duration = .seconds(1)
    package var shortestPauseMilliseconds: Int64 = 20
    /// After so many failures in a row one event at a time is tried, with pauses up to so long.
    package var failuresBeforeProbing = 20
    package var longestProbeMilliseconds: Int64 = 100

    package init() {}
}
