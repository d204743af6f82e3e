/// `RATE_LIMIT`: requests a second for each caller, by a bucket that holds one second's worth.
final class RateLimit: Sendable {
    /// Callers that are remembered; beyond this those whose bucket is full again are forgotten.
    static let callerLimit = 100_000

    private struct Bucket {
        var tokens: Double
        var filledAt: UInt64
    }

    private let perSecond: Double
    private let buckets = Lock<[String: Bucket]>([:])

    init(perSecond: Int) { self.perSecond = Double(perSecond) }

    /// Whether the caller may go on; takes one of their tokens.
    func admits(_ caller: String, nanoseconds now: UInt64) -> Bool {
        buckets.withLock { buckets in
            if buckets.count >= RateLimit.callerLimit { forgetIdle(&buckets, now) }
            var bucket = buckets[caller] ?? Bucket(tokens: perSecond, filledAt: now)
            let gained = Double(now - min(now, bucket.filledAt)) / 1e9 * perSecond
            bucket.tokens = min(perSecond, bucket.tokens + gained)
            bucket.filledAt = now
            let isAdmitted = bucket.tokens >= 1
            if isAdmitted { bucket.tokens -= 1 }
            buckets[caller] = bucket
            return isAdmitted
        }
    }

    private func forgetIdle(_ buckets: inout [String: Bucket], _ now: UInt64) {
        buckets = buckets.filter { now - min(now, $0.value.filledAt) < 1_000_000_000 }
        if buckets.count >= RateLimit.callerLimit { buckets.removeAll() }
    }
}
