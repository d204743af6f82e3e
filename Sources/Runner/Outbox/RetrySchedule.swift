package import Functions

/// When a letter that could not be sent is tried again: full jitter below a bound that doubles, and
/// an end (RFC 5321 §4.5.4.1 asks for four to five days).
package struct RetrySchedule: Sendable {
    package static let firstBound: Int64 = 2_000
    package static let largestBound: Int64 = 30 * 60_000
    package static let lifetime: Int64 = 4 * 24 * 3_600_000

    /// A number below the bound given, which is above zero.
    private let random: @Sendable (Int64) -> Int64

    package init(random: @escaping @Sendable (_ below: Int64) -> Int64) { self.random = random }

    /// The bound of the pause after so many earlier attempts, in milliseconds.
    package static func bound(after attempts: Int) -> Int64 {
        min(largestBound, firstBound << Int64(min(attempts, 20)))
    }

    package func next(after attempts: Int, now: Timestamp) -> Timestamp {
        Timestamp(
            milliseconds: now.milliseconds + 1 + random(RetrySchedule.bound(after: attempts))
        )
    }

    /// Whether an event that was first due then is given up.
    package static func isOver(firstDueAt: Timestamp, now: Timestamp) -> Bool {
        now.milliseconds - firstDueAt.milliseconds > lifetime
    }
}
