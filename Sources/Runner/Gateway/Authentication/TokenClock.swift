import Glibc

/// The two clocks that a check looks at, in seconds; a test brings its own.
package struct TokenClock: Sendable {
    /// Since 1970, for what a token says.
    package let wall: @Sendable () -> Double
    /// Never goes back: for how long something is kept.
    package let steady: @Sendable () -> Double

    package init(wall: @escaping @Sendable () -> Double, steady: @escaping @Sendable () -> Double) {
        self.wall = wall
        self.steady = steady
    }

    package static let system = TokenClock(
        wall: { TokenClock.read(CLOCK_REALTIME) },
        steady: { TokenClock.read(CLOCK_MONOTONIC) }
    )

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
