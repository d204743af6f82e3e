package import Functions

/// Hands events to `notify` within this process, and ends the letters that were tried for too long.
package struct LocalDelivery: Sendable {
    private let services: Services
    private let now: @Sendable () -> Timestamp

    package init(services: Services, now: @escaping @Sendable () -> Timestamp) {
        self.services = services
        self.now = now
    }

    package func deliver(_ event: ClaimedEvent) async -> DeliveryOutcome {
        let call = Call(
            caller: nil,
            requestID: event.event.requestID,
            traceparent: event.event.traceparent,
            configuration: services.configuration
        )
        do throws(EffectError<Notify.Code>) {
            _ = try await Notify.handle(
                .init(letterID: event.event.id, fence: event.fence),
                call,
                in: services.effectContext()
            )
            return .settled
        } catch {
            switch error {
            case .problem(let problem) where problem.code == .fenceStale: return .stale
            case .problem(let problem): return await giveUp(event, problem.detail, call)
            case .unavailable(let reason):
                guard RetrySchedule.isOver(firstDueAt: event.firstDueAt, now: now()) else {
                    return .later(reason)
                }
                return await giveUp(event, "tried for too long; last: \(reason)", call)
            }
        }
    }

    /// Ends the letter as failed, for everyone concerned to see.
    private func giveUp(_ event: ClaimedEvent, _ reason: String, _ call: Call) async
        -> DeliveryOutcome
    {
        let input = RecordDelivery.Input(
            letterID: event.event.id,
            fence: event.fence,
            ending: .failed(reason)
        )
        do throws(StoreUnavailable) {
            switch try await services.effectRunner.run(RecordDelivery.self, input, call) {
            case .success: return .settled
            case .failure(let problem):
                return problem.code == .fenceStale ? .stale : .later(problem.detail)
            }
        } catch {
            return .later(error.reason)
        }
    }
}
