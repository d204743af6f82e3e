internal import Functions

/// Ends letters that cannot be delivered, so that nothing is tried for ever.
struct LetterEnding: Sendable {
    let services: Services
    let now: @Sendable () -> Timestamp

    /// Again later, unless it was tried for too long.
    func postpone(_ event: ClaimedEvent, _ reason: String) async -> DeliveryOutcome {
        guard RetrySchedule.isOver(firstDueAt: event.firstDueAt, now: now()) else {
            return .later(reason)
        }
        return await giveUp(event, "tried for too long; last: \(reason)")
    }

    /// Ends the letter as failed, for everyone concerned to see.
    func giveUp(_ event: ClaimedEvent, _ reason: String) async -> DeliveryOutcome {
        let input = RecordDelivery.Input(
            letterID: event.event.id,
            fence: event.fence,
            ending: .failed(reason)
        )
        do throws(StoreUnavailable) {
            switch try await services.effectRunner.run(RecordDelivery.self, input, call(event)) {
            case .success: return .settled
            case .failure(let problem):
                return problem.code == .fenceStale ? .stale : .later(problem.detail)
            }
        } catch {
            return .later(error.reason)
        }
    }

    func call(_ event: ClaimedEvent) -> Call {
        Call(
            caller: nil,
            requestID: event.event.requestID,
            traceparent: event.event.traceparent,
            configuration: services.configuration
        )
    }
}
