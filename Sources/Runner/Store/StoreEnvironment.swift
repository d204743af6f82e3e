internal import Functions

/// What runs transactions is given to work with.
struct StoreEnvironment: Sendable {
    let now: @Sendable () -> Timestamp
    let makeIdentifier: @Sendable () -> UUID
    /// For tests: every body runs twice, which must make no difference.
    let runsTwice: Bool
    /// Tells the outbox's worker that events wait which did not before.
    let eventsWait: @Sendable () -> Void
    let log: any Log
}

extension BatchDecider {
    init(_ environment: StoreEnvironment) {
        self.init(
            now: environment.now(),
            makeIdentifier: environment.makeIdentifier,
            runsTwice: environment.runsTwice
        )
    }
}
