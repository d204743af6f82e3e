internal import Synchronization

/// A count that many threads read and change.
final class Load: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    func add() { value.wrappingAdd(1, ordering: .relaxed) }

    /// The count after it.
    @discardableResult func subtract() -> Int {
        value.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
    }
}
