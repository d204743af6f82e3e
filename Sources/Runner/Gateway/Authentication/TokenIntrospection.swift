internal import Functions

/// Asks Keycloak about each token (RFC 7662).
final class TokenIntrospection: TokenSource {
    private struct Job: Sendable {
        let text: ContiguousArray<UInt8>
        let done: @Sendable (SourceAnswer) -> Void
    }

    private struct Queue {
        var underWay = 0
        var waiting: [Job] = []
        /// Where the first that waits stands; what is before it has gone.
        var first = 0

        mutating func next() -> Job? {
            guard first < waiting.count else {
                underWay -= 1
                return nil
            }
            defer {
                first += 1
                if first == waiting.count {
                    waiting.removeAll(keepingCapacity: true)
                    first = 0
                }
            }
            return waiting[first]
        }
    }

    /// How many are asked about at once; more would only queue up at Keycloak.
    private static let concurrency = 64
    private static let maximumWaiting = 4096

    private let client: CurlClient
    private let address: KeycloakAddress
    private let credentials: ClientCredentials
    private let alarm: Alarm
    private let queue = Lock(Queue())
    private let breaker: Breaker

    init(
        client: CurlClient,
        address: KeycloakAddress,
        credentials: ClientCredentials,
        log: any Log,
        clock: TokenClock
    ) {
        self.client = client
        self.address = address
        self.credentials = credentials
        alarm = Alarm(log, clock)
        let probe = Self.request(about: Self.madeUp, address, credentials)
        breaker = Breaker {
            do throws(ClientError) {
                _ = try await client.response(to: probe)
                return true
            } catch {
                return error == .cancelled
            }
        } onChange: { isOpen in
            if isOpen {
                let values = [(name: "url", value: address.base.text)]
                log.error(
                    "Keycloak does not answer: tokens are refused with 503 until it does",
                    values
                )
            } else {
                log.info("Keycloak answers again")
            }
        }
    }

    func ask(
        about token: SignedToken,
        _ text: ContiguousArray<UInt8>,
        _ done: @escaping @Sendable (SourceAnswer) -> Void
    ) -> SourceAnswer? {
        guard !breaker.isOpen else { return .unavailable }
        let job = Job(text: text, done: done)
        let (isTaken, begins) = queue.withLock { queue in
            if queue.underWay < Self.concurrency {
                queue.underWay += 1
                return (true, true)
            }
            guard queue.waiting.count - queue.first < Self.maximumWaiting else {
                return (false, false)
            }
            queue.waiting.append(job)
            return (true, false)
        }
        guard isTaken else { return .unavailable }
        if begins { begin(job) }
        return nil
    }

    private func begin(_ job: Job) {
        client.send(Self.request(about: job.text, address, credentials)) { [self] result in
            job.done(answer(result))
            goOn()
        }
    }

    /// Takes the next one that waits; those that would meet a closed door go at once.
    private func goOn() {
        while let job = queue.withLock({ $0.next() }) {
            guard breaker.isOpen else { return begin(job) }
            job.done(.unavailable)
        }
    }

    private func answer(_ result: Result<ClientResponse, ClientError>) -> SourceAnswer {
        switch result {
        case .failure(let error): failed(error)
        case .success(let response): answered(response)
        }
    }

    private func failed(_ error: ClientError) -> SourceAnswer {
        let trouble = KeycloakTrouble(error, at: address)
        if trouble.cause == .absent && error != .cancelled { breaker.suspect() }
        return unavailable(trouble)
    }

    private func answered(_ response: ClientResponse) -> SourceAnswer {
        switch response.status {
        case 200: return claims(response)
        // Older Keycloaks say so of a token that they cannot read: a caller can bring it about.
        case 400: return .flaw(.unreadable)
        default:
            return unavailable(
                KeycloakTrouble(
                    response,
                    to: "introspection",
                    as: credentials.id,
                    secretSetting: "KEYCLOAK_CLIENT_SECRET"
                )
            )
        }
    }

    private func claims(_ response: ClientResponse) -> SourceAnswer {
        guard let json = try? JSON.parse(response.body) else {
            return unavailable(.init(.answer, "introspection: the answer is not JSON"))
        }
        do throws(TokenClaims.Malformed) {
            let claims = try TokenClaims(json)
            guard let isActive = claims.isActive else { throw .init(claim: "active") }
            return isActive ? .claims(claims) : .flaw(.inactive)
        } catch {
            guard error.claim != "active" else {
                return unavailable(.init(.answer, "introspection: no active in the answer"))
            }
            return .flaw(.malformed(error.claim))
        }
    }

    private func unavailable(_ trouble: KeycloakTrouble) -> SourceAnswer {
        alarm.raise(trouble)
        return .unavailable
    }

    private static func request(
        about token: ContiguousArray<UInt8>,
        _ address: KeycloakAddress,
        _ credentials: ClientCredentials
    ) -> ClientRequest {
        var request = address.openID(.post, "token", "introspect")
        request.setClient(credentials)
        request.setForm([("token", String(decoding: token, as: UTF8.self))])
        request.mayRepeat = true
        return request
    }

    /// What the breaker asks about: looks like a token, is none.
    private static let madeUp = ContiguousArray("e30.e30.AA".utf8)
}
