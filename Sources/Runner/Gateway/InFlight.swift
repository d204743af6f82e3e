internal import Synchronization

/// Counts the calls of one function that are under way, and refuses more than its limit.
package final class InFlight: Sendable {
    private let count = Atomic<Int>(0)
    private let limit: Int

    package init(limit: Int) { self.limit = limit }

    package var current: Int { count.load(ordering: .relaxed) }

    /// False where as many are in flight as may be; else `leave` is owed.
    func enter() -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= limit { return true }
        leave()
        return false
    }

    func leave() { count.subtract(1, ordering: .relaxed) }
}
