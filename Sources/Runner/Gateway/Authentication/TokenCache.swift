import Synchronization

/// The tokens that were found good within the last seconds, by their hash.
///
/// Bounded, in shards that are locked one by one. Only good tokens are kept: whoever sends bad ones
/// fills nothing.
final class TokenCache: Sendable {
    private struct Entry {
        let token: VerifiedToken
        let until: Double
    }

    private static let shardCount = 16

    private let seconds: Double
    private let capacityOfShard: Int
    private let clock: TokenClock
    private let shards: [Lock<[Digest: Entry]>]
    private let revocations = Atomic<UInt64>(0)

    /// Keeps nothing where `seconds` is 0.
    init(seconds: Int, capacity: Int, clock: TokenClock) {
        self.seconds = Double(seconds)
        self.clock = clock
        capacityOfShard = max(1, capacity / Self.shardCount)
        shards = (0..<Self.shardCount).map { _ in Lock([:]) }
    }

    /// Changes with every revocation: an answer that was asked for before one is not kept after it.
    var epoch: UInt64 { revocations.load(ordering: .sequentiallyConsistent) }

    var count: Int { shards.reduce(0) { $0 + $1.withLock { $0.count } } }

    func find(_ key: Digest) -> VerifiedToken? {
        guard seconds > 0 else { return nil }
        let entry = shard(key).withLock { $0[key] }
        guard let entry, clock.steady() < entry.until, clock.wall() < entry.token.expiresAt else {
            return nil
        }
        return entry.token
    }

    func keep(_ token: VerifiedToken, _ key: Digest, askedAt epoch: UInt64) {
        let left = token.expiresAt - clock.wall()
        guard seconds > 0, left > 0 else { return }
        let now = clock.steady()
        let entry = Entry(token: token, until: now + min(seconds, left))
        shard(key).withLock { entries in
            // Under the lock: a revocation counts first and sweeps then.
            guard epoch == self.epoch else { return }
            if entries.count >= capacityOfShard { makeRoom(&entries, now) }
            entries[key] = entry
        }
    }

    func drop(_ session: RevokedSession) {
        revocations.wrappingAdd(1, ordering: .sequentiallyConsistent)
        for shard in shards {
            shard.withLock { entries in
                switch session {
                case .unknown: entries.removeAll(keepingCapacity: true)
                case .session(let id): entries = entries.filter { $1.token.sessionID != id }
                }
            }
        }
    }

    private func shard(_ key: Digest) -> Lock<[Digest: Entry]> {
        shards[Int(truncatingIfNeeded: key.words.first) & (Self.shardCount - 1)]
    }

    private func makeRoom(_ entries: inout [Digest: Entry], _ now: Double) {
        entries = entries.filter { $1.until > now }
        while entries.count >= capacityOfShard, let key = entries.keys.first {
            entries.removeValue(forKey: key)
        }
    }
}

/// Whose tokens are no longer good.
package enum RevokedSession: Sendable, Equatable {
    case session(String)
    /// It cannot be told: then everybody's are asked about anew.
    case unknown
}
