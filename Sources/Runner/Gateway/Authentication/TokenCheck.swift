internal import Functions

/// Says whose a bearer token is, or that it is nobody's.
///
/// What can be told from the token alone is told at once; then the cache is asked, then Keycloak or
/// its keys. Whatever the source, its claims are judged by `TokenRules`.
package final class TokenCheck: Sendable {
    /// No token of Keycloak's that we take is longer.
    package static let maximumLength = 8192
    private static let cacheCapacity = 16_384

    package let cacheHits = MetricCounter()
    package let cacheMisses = MetricCounter()
    private let rules: TokenRules
    private let source: any TokenSource
    private let cache: TokenCache
    private let flights = TokenFlights()
    private let clock: TokenClock
    private let log: any Log

    package init(
        address: KeycloakAddress,
        credentials: ClientCredentials,
        mode: Settings.TokenCheck,
        cacheSeconds: Int,
        client: CurlClient,
        log: any Log,
        clock: TokenClock = .system
    ) {
        rules = TokenRules(issuer: address.issuer, audience: credentials.id)
        cache = TokenCache(seconds: cacheSeconds, capacity: Self.cacheCapacity, clock: clock)
        self.clock = clock
        self.log = log
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
        do throws(TokenFlaw) {
            guard SignatureAlgorithm(rawValue: signed.algorithm) != nil else {
                throw .algorithm(signed.algorithm)
            }
            try rules.condemn(signed, now: clock.wall())
        } catch {
            return refuse(error)
        }
        return ask(key, signed, ContiguousArray(token), done)
    }

    /// Forgets a session's tokens, because it was ended or may have been.
    package func revoked(_ session: RevokedSession) { cache.drop(session) }

    private func ask(
        _ key: Digest,
        _ token: SignedToken,
        _ text: ContiguousArray<UInt8>,
        _ done: @escaping @Sendable (TokenVerdict) -> Void
    ) -> TokenVerdict? {
        guard let flight = flights.join(key, epoch: cache.epoch, done) else { return nil }
        let answer = source.ask(about: token, text) { [self] answer in
            flights.land(flight, verdict(answer, flight))
        }
        guard let answer else { return nil }
        let reached = verdict(answer, flight)
        flights.land(flight, reached, sparingFirst: true)
        return reached
    }

    private func verdict(_ answer: SourceAnswer, _ flight: TokenFlights.Flight) -> TokenVerdict {
        switch answer {
        case .unavailable: return .unavailable
        case .flaw(let flaw): return refuse(flaw)
        case .claims(let claims):
            do throws(TokenFlaw) {
                let token = try rules.verify(claims, now: clock.wall())
                cache.keep(token, flight.key, askedAt: flight.epoch)
                return .valid(token)
            } catch {
                return refuse(error)
            }
        }
    }

    private func refuse(_ flaw: TokenFlaw) -> TokenVerdict {
        if log.isEnabled(.info) { log.info("token refused", [("check", flaw.description)]) }
        return .invalid(flaw)
    }
}
