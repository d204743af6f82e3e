/// Opens the store of a process that never migrates: again and again, until it is there and its
/// schema fits.
///
/// Readiness and log say what is waited for.
struct StoreWait: Sendable {
    /// The part of readiness.
    static let part = "store"
    private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(2))

    private let readiness: Readiness
    private let health: StoreHealth
    private let log: any Log
    private let open: StoreOpener

    init(readiness: Readiness, log: any Log, open: @escaping StoreOpener) {
        self.readiness = readiness
        self.log = log
        self.open = open
        health = StoreHealth(readiness)
    }

    /// What was opened is where it is used: from now on the process is ready while the store is.
    func inPlace() { health.inPlace() }

    /// Nil where its task was cancelled; throws what no waiting mends.
    func run(_ request: StoreRequest) async throws -> OpenedStore? {
        var request = request
        request.onHealth = { [health] in health.tell($0) }
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

/// How a store is, for readiness: it counts once the store is in its place, and is not forgotten
/// before.
final class StoreHealth: Sendable {
    private struct State {
        var reason: String?
        var isInPlace = false
    }

    private let readiness: Readiness
    private let state = Lock(State())

    init(_ readiness: Readiness) { self.readiness = readiness }

    /// Why it cannot be used, or nil where it can.
    func tell(_ reason: String?) {
        state.withLock { state in
            state.reason = reason
            if state.isInPlace { readiness.storeHealth(reason) }
        }
    }

    func inPlace() {
        state.withLock { state in
            state.isInPlace = true
            readiness.storeHealth(state.reason)
        }
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
