/// Who vouches for a token, and so where its claims come from.
protocol TokenSource: Sendable {
    /// Answers at once, or nil: then `done` is called later, once, from any thread.
    func ask(
        about token: SignedToken,
        _ text: ContiguousArray<UInt8>,
        _ done: @escaping @Sendable (SourceAnswer) -> Void
    ) -> SourceAnswer?
}

enum SourceAnswer: Sendable {
    /// The token is genuine; whether it is for us, its claims say.
    case claims(TokenClaims)
    case flaw(TokenFlaw)
    case unavailable
}

/// Writes at most one line a second, so that an outage under load does not fill the log.
final class Alarm: Sendable {
    private let log: any Log
    private let clock: TokenClock
    private let last = Lock(-Double.infinity)

    init(_ log: any Log, _ clock: TokenClock) {
        self.log = log
        self.clock = clock
    }

    func raise(_ trouble: KeycloakTrouble) {
        let now = clock.steady()
        let isDue = last.withLock { last in
            guard now - last >= 1 else { return false }
            last = now
            return true
        }
        if isDue { log.error("tokens cannot be checked", [("reason", trouble.reason)]) }
    }
}
