import Functions
import Runner

/// A clock that moves only when it is told to.
final class TestClock: Sendable {
    private let milliseconds = Lock<Int64>(1_764_068_400_000)

    var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    func advance(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
}
