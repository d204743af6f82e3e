internal import Synchronization

/// How many connections there are and what they do, as the database thread last noted it; for any
/// thread.
package final class DatabaseLoad: Sendable {
    private let opening = Atomic(0)
    private let idle = Atomic(0)
    private let busy = Atomic(0)

    /// Each state's name and how many connections are in it.
    package var connections: [(state: String, count: Int)] {
        [
            ("opening", opening.load(ordering: .relaxed)),
            ("idle", idle.load(ordering: .relaxed)),
            ("busy", busy.load(ordering: .relaxed)),
        ]
    }

    func note(_ connections: [PoolConnection]) {
        var (isUp, isIdle) = (0, 0)
        for connection in connections {
            if connection.isUp { isUp += 1 }
            if connection.isIdle { isIdle += 1 }
        }
        opening.store(connections.count - isUp, ordering: .relaxed)
        idle.store(isIdle, ordering: .relaxed)
        busy.store(isUp - isIdle, ordering: .relaxed)
    }
}
