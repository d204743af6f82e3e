package import Functions

/// Hands events to `notify` within this process, and ends the letters that were tried for too long.
package struct LocalDelivery: Sendable {
    private let services: Services
    private let ending: LetterEnding

    package init(services: Services, now: @escaping @Sendable () -> Timestamp) {
        self.services = services
        ending = LetterEnding(services: services, now: now)
    }

    package func deliver(_ event: ClaimedEvent) async -> DeliveryOutcome {
        do throws(EffectError<Notify.Code>) {
            _ = try await Notify.handle(
                .init(letterID: event.event.id, fence: event.fence),
                ending.call(event),
                in: services.effectContext()
            )
            return .settled
        } catch {
            switch error {
            case .problem(let problem) where problem.code == .fenceStale: return .stale
            case .problem(let problem): return await ending.giveUp(event, problem.detail)
            case .unavailable(let reason): return await ending.postpone(event, reason)
            }
        }
    }
}
