internal import Functions

/// Checks tokens against Keycloak's keys, which are fetched when they are needed and kept.
///
/// Faster than asking, and blind to what happens after a token was made: logout, revocation, a
/// disabled user.
final class TokenKeys: TokenSource {
    private struct Job: Sendable {
        let token: SignedToken
        let done: @Sendable (SourceAnswer) -> Void
    }

    private struct State {
        var set: JSONWebKeySet?
        /// When the last fetch began.
        var fetchedAt = -Double.infinity
        var isFetching = false
        var hasFailed = false
        var waiting: [Job] = []
    }

    /// A key that is not there may be new, so the set is fetched again, but not more often.
    private static let cooldown = 30.0
    /// As long as there are no keys at all.
    private static let firstCooldown = 0.25
    /// A set as old is fetched anew, so that a key that was withdrawn goes.
    private static let lifetime = 300.0
    private static let maximumWaiting = 4096

    private let client: CurlClient
    private let address: KeycloakAddress
    private let clock: TokenClock
    private let log: any Log
    private let alarm: Alarm
    private let state = Lock(State())

    init(client: CurlClient, address: KeycloakAddress, log: any Log, clock: TokenClock) {
        self.client = client
        self.address = address
        self.clock = clock
        self.log = log
        alarm = Alarm(log, clock)
    }

    func ask(
        about token: SignedToken,
        _ text: ContiguousArray<UInt8>,
        _ done: @escaping @Sendable (SourceAnswer) -> Void
    ) -> SourceAnswer? {
        let now = clock.steady()
        let (set, age) = state.withLock { ($0.set, now - $0.fetchedAt) }
        if let set, let answer = Self.verify(token, set) {
            if age >= Self.lifetime { fetchIfDue(now) }
            return answer
        }
        return wait(Job(token: token, done: done), now)
    }

    /// Nil where no key bears the token's id.
    private static func verify(_ token: SignedToken, _ set: JSONWebKeySet) -> SourceAnswer? {
        switch TokenSignature.verify(token, with: set) {
        case .unknownKey: return nil
        case .invalid: return .flaw(.signature)
        case .valid:
            do throws(TokenClaims.Malformed) {
                return .claims(try TokenClaims(token.claims))
            } catch {
                return .flaw(.malformed(error.claim))
            }
        }
    }

    /// Waits for a fetch where one is under way or due; else says what is known without one.
    private func wait(_ job: Job, _ now: Double) -> SourceAnswer? {
        let (answer, begins) = state.withLock { state -> (SourceAnswer?, Bool) in
            let begins = Self.begin(&state, now)
            if state.set == nil && state.hasFailed { return (.unavailable, begins) }
            guard state.isFetching else {
                return (state.hasFailed ? .unavailable : .flaw(.unknownKey), false)
            }
            guard state.waiting.count < Self.maximumWaiting else { return (.unavailable, begins) }
            state.waiting.append(job)
            return (nil, begins)
        }
        if begins { fetch() }
        return answer
    }

    private func fetchIfDue(_ now: Double) {
        if state.withLock({ Self.begin(&$0, now) }) { fetch() }
    }

    private static func begin(_ state: inout State, _ now: Double) -> Bool {
        let pause = state.set == nil ? firstCooldown : cooldown
        guard !state.isFetching, now - state.fetchedAt >= pause else { return false }
        state.isFetching = true
        state.fetchedAt = now
        return true
    }

    private func fetch() {
        var request = address.openID(.get, "certs")
        request.mayRepeat = true
        client.send(request) { [self] result in
            switch keys(result) {
            case .success(let set): finish(set)
            case .failure(let trouble):
                alarm.raise(trouble)
                finish(nil)
            }
        }
    }

    private func keys(
        _ result: Result<ClientResponse, ClientError>
    ) -> Result<JSONWebKeySet, KeycloakTrouble> {
        switch result {
        case .failure(let error): return .failure(KeycloakTrouble(error, at: address))
        case .success(let response):
            guard response.status == 200 else {
                let what = "key set: Keycloak answers \(response.status)"
                return .failure(.init(.answer, what + "; check KEYCLOAK_URL and KEYCLOAK_REALM"))
            }
            guard let set = JSONWebKeySet(response.body), !set.keys.isEmpty else {
                return .failure(.init(.answer, "key set: no key in it that can be used"))
            }
            return .success(set)
        }
    }

    /// Good keys stay where none came.
    private func finish(_ set: JSONWebKeySet?) {
        let (jobs, known) = state.withLock { state in
            state.isFetching = false
            state.hasFailed = set == nil
            state.set = set ?? state.set
            defer { state.waiting = [] }
            return (state.waiting, state.set)
        }
        if let set {
            log.info("Keycloak's keys fetched", [("keys", "\(set.keys.count)")])
        }
        for job in jobs {
            let answer = known.flatMap { Self.verify(job.token, $0) }
            job.done(answer ?? (set == nil ? .unavailable : .flaw(.unknownKey)))
        }
    }
}
