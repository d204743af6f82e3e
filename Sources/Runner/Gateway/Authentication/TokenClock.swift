internal import Functions

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
        wall: { Double(SystemClock.now().milliseconds) / 1e3 },
        steady: { Double(SystemClock.nanoseconds()) / 1e9 }
    )
}
