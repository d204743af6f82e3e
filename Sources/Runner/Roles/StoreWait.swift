/// Opens the store of a process that never migrates: again and again, until it is there and its
/// schema fits.
///
/// Readiness and log say what is waited for.
struct StoreWait: Sendable {
    /// The part of readiness.
    static let part = "store"
    private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(2))

    let readiness: Readiness
    let log: any Log
    let open: StoreOpener

    /// Nil where its task was cancelled; throws what no waiting mends.
    func run(_ request: StoreRequest) async throws -> OpenedStore? {
        var request = request
        request.onHealth = readiness.storeHealth
        var pause = StoreWait.pauses.first
        var told = ""
        while !Task.isCancelled {
            do {
                return try await open(request)
            } catch let notYet as StoreNotYet {
                readiness.notReady(StoreWait.part, because: notYet.reason)
                if told != notYet.reason {
                    log.warning("the store is waited for", [("reason", notYet.reason)])
                }
                told = notYet.reason
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, StoreWait.pauses.longest)
        }
        return nil
    }
}

extension Readiness {
    /// Follows a store that may go away and come back.
    var storeHealth: @Sendable (String?) -> Void {
        { [self] reason in
            if let reason {
                notReady(StoreWait.part, because: reason)
            } else {
                ready(StoreWait.part)
            }
        }
    }
}
