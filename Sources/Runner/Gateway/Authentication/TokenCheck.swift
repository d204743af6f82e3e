internal import Functions

/// Says whose a bearer token is, or that it is nobody's.
///
/// What can be told from the token alone is told at once; then the cache is asked, then Keycloak or
/// its keys. Whatever the source, its claims are judged by `TokenRules`.
/// A token that is refused only for what the self-test has found wrong with Keycloak or our settings
/// is not called bad: nobody can say.
package final class TokenCheck: Sendable {
    /// No token of Keycloak's that we take is longer.
    package static let maximumLength = 8192
    private static let cacheCapacity = 16_384

    package let cacheHits = MetricCounter()
    package let cacheMisses = MetricCounter()
    package let health = TokenHealth()
    private let rules: TokenRules
    private let source: any TokenSource
    private let cache: TokenCache
    private let flights = TokenFlights()
    private let clock: TokenClock
    private let log: any Log
    private let alarm: Alarm

    package init(
        address: KeycloakAddress,
        credentials: ClientCredentials,
        mode: Settings.TokenCheck,
        cacheSeconds: Int,
        client: CurlClient,
        log: any Log,
        clock: TokenClock = .system
    ) {
        rules = TokenRules(issuers: [address.issuer], audience: credentials.id)
        cache = TokenCache(seconds: cacheSeconds, capacity: Self.cacheCapacity, clock: clock)
        self.clock = clock
        self.log = log
        alarm = Alarm(log, clock)
        switch mode {
        case .introspection:
            source = TokenIntrospection(
                client: client,
                address: address,
                credentials: credentials,
                log: log,
                clock: clock
            )
        case .jwks:
            source = TokenKeys(client: client, address: address, log: log, clock: clock)
        }
    }

    /// Answers at once where it can; else nil, and `done` is called later, once, from any thread.
    package func check(
        _ token: ArraySlice<UInt8>,
        _ done: @escaping @Sendable (TokenVerdict) -> Void
    ) -> TokenVerdict? {
        guard token.count <= Self.maximumLength else { return refuse(.length) }
        let key = SHA256.hash(token)
        if let known = cache.find(key) {
            cacheHits.add()
            return .valid(known)
        }
        cacheMisses.add()
        guard let signed = SignedToken(token) else { return refuse(.form) }
        if let verdict = condemn(signed) { return verdict }
        return ask(key, signed, ContiguousArray(token), done)
    }

    /// Forgets a session's tokens, because it was ended or may have been.
    package func revoked(_ session: RevokedSession) { cache.drop(session) }

    /// What can be told without asking.
    ///
    /// Where Keycloak or a setting is to blame for a claim, the rest is still asked about: a forged
    /// token stays a bad one.
    private func condemn(_ token: SignedToken) -> TokenVerdict? {
        guard SignatureAlgorithm(rawValue: token.algorithm) != nil else {
            let flaw = TokenFlaw.algorithm(token.algorithm)
            return verdict(flaw, health.blame(flaw, rules, of: token))
        }
        let now = clock.wall()
        do throws(TokenFlaw) {
            try rules.condemn(token, now: now)
            return nil
        } catch {
            let blame = health.blame(error, rules) { rules throws(TokenFlaw) in
                try rules.condemn(token, now: now)
            }
            if case .token(let flaw) = blame { return refuse(flaw) }
            return nil
        }
    }

    private func ask(
        _ key: Digest,
        _ token: SignedToken,
        _ text: ContiguousArray<UInt8>,
        _ done: @escaping @Sendable (TokenVerdict) -> Void
    ) -> TokenVerdict? {
        guard let flight = flights.join(key, epoch: cache.epoch, done) else { return nil }
        let answer = source.ask(about: token, text) { [self] answer in
            flights.land(flight, verdict(answer, token, flight))
        }
        guard let answer else { return nil }
        let reached = verdict(answer, token, flight)
        flights.land(flight, reached, sparingFirst: true)
        return reached
    }

    private func verdict(
        _ answer: SourceAnswer,
        _ token: SignedToken,
        _ flight: TokenFlights.Flight
    ) -> TokenVerdict {
        switch answer {
        case .unavailable: return .unavailable
        case .flaw(let flaw): return verdict(flaw, health.blame(flaw, rules, of: token))
        case .claims(let claims):
            let now = clock.wall()
            do throws(TokenFlaw) {
                let token = try rules.verify(claims, now: now)
                cache.keep(token, flight.key, askedAt: flight.epoch)
                return .valid(token)
            } catch {
                let blame = health.blame(error, rules) { rules throws(TokenFlaw) in
                    _ = try rules.verify(claims, now: now)
                }
                return verdict(error, blame)
            }
        }
    }

    private func verdict(_ flaw: TokenFlaw, _ blame: TokenHealth.Blame) -> TokenVerdict {
        switch blame {
        case .token(let flaw): return refuse(flaw)
        case .provider(let reason):
            if log.isEnabled(.info) {
                log.info("token not judged", [("check", flaw.description), ("reason", reason)])
            }
            alarm.raise(KeycloakTrouble(.settings, reason))
            return .unavailable
        }
    }

    private func refuse(_ flaw: TokenFlaw) -> TokenVerdict {
        health.doubt()
        if log.isEnabled(.info) { log.info("token refused", [("check", flaw.description)]) }
        return .invalid(flaw)
    }
}
