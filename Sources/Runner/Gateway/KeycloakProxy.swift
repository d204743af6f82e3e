import Synchronization

/// Passes `/auth/**` on to Keycloak, as far as it is for outsiders, and the answers back.
///
/// Bodies are streamed both ways: whoever is slow slows the other side down, and little is held
/// between. Nothing is sent twice.
package final class KeycloakProxy: KeycloakForwarder {
    /// What a proxy does beside forwarding.
    package struct Hooks: Sendable {
        /// A session was, or may have been, ended.
        package let revoked: @Sendable (RevokedSession) -> Void
        package let observer: any RequestObserver

        package init(
            revoked: @escaping @Sendable (RevokedSession) -> Void,
            observer: any RequestObserver
        ) {
            self.revoked = revoked
            self.observer = observer
        }
    }

    /// Each holds a connection to Keycloak, however slow its client is.
    private static let maximumUnderWay = 512

    private let client: CurlClient
    private let path: KeycloakProxyPath
    private let fields: KeycloakProxyFields
    private let hooks: Hooks
    private let silence: Duration
    private let log: any Log
    private let underWay = Atomic(0)

    package init(
        client: CurlClient,
        address: KeycloakAddress,
        trustedProxies: [NetworkRange],
        hooks: Hooks,
        log: any Log,
        silence: Duration = .seconds(30)
    ) {
        self.client = client
        path = KeycloakProxyPath(realm: address.realm)
        fields = KeycloakProxyFields(address: address, trustedProxies: trustedProxies)
        self.hooks = hooks
        self.log = log
        self.silence = silence
    }

    /// On a loop's thread.
    package func forward(_ exchange: Exchange) {
        let startedAt = SystemClock.nanoseconds()
        let rest: ArraySlice<UInt8>
        switch path.judge(exchange.head.path) {
        case .allowed(let path): rest = path
        case .unknown: return refuse(exchange, .unknownPath, startedAt)
        case .malformed(let advice): return refuse(exchange, .malformedPath(advice), startedAt)
        }
        guard exchange.head.count("authorization") <= 1 else {
            return refuse(exchange, .authorizationRepeated, startedAt)
        }
        guard var request = request(exchange, rest) else {
            let advice = "A character of the query must be percent-encoded."
            return refuse(exchange, .malformedPath(advice), startedAt)
        }
        guard underWay.add(1, ordering: .relaxed).newValue <= Self.maximumUnderWay else {
            underWay.subtract(1, ordering: .relaxed)
            return refuse(exchange, .overloaded, startedAt)
        }
        let forwarding = KeycloakForwarding(exchange, self, startedAt)
        forwarding.revocation = KeycloakProxyRevocation(exchange.head, path: rest)
        request.body = forwarding.body
        forwarding.begin(request, client)
    }

    private func request(_ exchange: Exchange, _ path: ArraySlice<UInt8>) -> ClientRequest? {
        let head = exchange.head
        guard
            var request = ClientRequest(
                head.method,
                fields.address.base,
                path: path,
                query: head.query
            )
        else { return nil }
        request.fields = fields.request(exchange)
        request.limits = .streamed
        request.limits.silence = silence
        return request
    }

    func refuse(_ exchange: Exchange, _ problem: KeycloakProxyProblem, _ startedAt: UInt64) {
        guard !exchange.isOver else { return }
        var fields = ResponseFields()
        if let seconds = problem.retryAfter { fields.add("Retry-After", String(seconds)) }
        let document = problem.document
        observe(exchange, document.status, startedAt)
        exchange.refuse(document, fields: fields)
    }

    func observe(_ exchange: Exchange, _ status: Int, _ startedAt: UInt64) {
        hooks.observer.ended(exchange, function: nil, status: status, startedAt: startedAt)
    }

    func ended(_ revocation: KeycloakProxyRevocation) { hooks.revoked(revocation.session) }

    func finished(_ failure: ClientError?) {
        underWay.subtract(1, ordering: .relaxed)
        if let failure, failure != .cancelled {
            log.warning("a request under /auth failed", [("reason", failure.description)])
        }
    }
}
