internal import Functions

/// One request for a function, on its way through the checks in their order.
///
/// On the loop of its exchange, but for the token check, which may come back from another thread.
/// Unchecked for that reason: nothing is touched while it is away.
final class APIRequest: @unchecked Sendable {
    let gateway: Gateway
    let exchange: Exchange
    let function: BoundFunction
    let captures: PathCaptures
    var fields: ResponseFields
    var caller: Caller?
    var parts = RequestParts()
    /// What was found wrong so far, and what the input is.
    lazy var decoding = makeDecoding()
    var key: IdempotencyKey?
    private let startedAt = SystemClock.nanoseconds()
    private var isReported = false

    init(
        _ gateway: Gateway,
        _ exchange: Exchange,
        _ function: BoundFunction,
        _ captures: PathCaptures,
        _ fields: ResponseFields
    ) {
        self.gateway = gateway
        self.exchange = exchange
        self.function = function
        self.captures = captures
        self.fields = fields
    }

    var declaration: Declaration { function.declaration }

    // MARK: Token and rate

    func begin() {
        gateway.observer.began(exchange, function: declaration.name)
        exchange.onGone = { [self] in
            report(RequestReport.gone)
            exchange.abort()
        }
        guard declaration.access != .anyone else {
            guard admits(gateway.callerAddress.of(exchange.head)) else { return }
            return checkPath()
        }
        switch BearerToken.read(exchange.head) {
        case .missing:
            refuseToken(.tokenMissing, "", "Send Authorization: Bearer and an access token.")
        // The check refuses a malformed one, too, and says in the log why.
        case .malformed(let token), .token(let token):
            let answer = gateway.tokens.verify(token, loop: exchange.loop) { answer in
                self.exchange.resume { _ in self.decide(answer) }
            }
            if let answer { decide(answer) }
        }
    }

    private func decide(_ answer: TokenAnswer) {
        switch answer {
        case .valid(let caller):
            self.caller = caller
            if gateway.limitsRate, !admits(caller.userID.uuid.text) { return }
            checkRole(caller)
        case .foreignSubject:
            guard admits(gateway.callerAddress.of(exchange.head)) else { return }
            refuse(.forbidden, "This account cannot be used here: its subject is not a UUID.")
        case .invalid: refuseBadToken()
        case .unavailable:
            refuse(.identityUnavailable, "Tokens cannot be checked just now. Try again shortly.")
        }
    }

    private func admits(_ caller: String) -> Bool {
        if gateway.admits(caller) { return true }
        refuse(.tooManyRequests, Gateway.tooManyRequests)
        return false
    }

    private func refuseBadToken() {
        refuseToken(
            .tokenInvalid,
            ", error=\"invalid_token\"",
            "The access token is not valid (any more). Get a new one under /auth."
        )
    }

    private func refuseToken(_ refusal: GatewayRefusal, _ error: String, _ detail: String) {
        fields.add("WWW-Authenticate", "Bearer realm=\"\(gateway.options.realm)\"\(error)")
        refuse(refusal, detail)
    }

    // MARK: Role, path and query

    private func checkRole(_ caller: Caller) {
        guard caller.roles.overlap(declaration.access.roles) else {
            fields.add(
                "WWW-Authenticate",
                "Bearer realm=\"\(gateway.options.realm)\", error=\"insufficient_scope\""
            )
            let role = declaration.access == .service ? "service" : "user or operator"
            return refuse(.forbidden, "This needs the role \(role). Ask an administrator for it.")
        }
        checkPath()
    }

    private func checkPath() {
        for (name, value) in captures.values {
            switch value {
            case .uuid(let uuid): parts.path.append((name, uuid))
            case .me:
                if let caller { parts.path.append((name, caller.userID.uuid)) }
            }
        }
        let owner = parts.path.first { $0.name == "userId" }?.value
        if let owner, declaration.access == .owner, let caller, !caller.isOperator,
            owner != caller.userID.uuid
        {
            return refuse(.notFound, "No such account, or it is somebody else's.")
        }
        checkQuery()
    }

    private func checkQuery() {
        parts.query = QueryString.parse(
            exchange.head.query,
            known: function.parameterNames,
            into: &decoding
        )
        if case .event(let type) = declaration.trigger {
            parts.attributes = CloudEvent.attributes(exchange.head, type: type, into: &decoding)
        }
        guard !function.takesBody else {
            return decoding.problems.isEmpty ? checkKey() : refuseQuery(decoding.problems)
        }
        let prepared = function.prepare(parts, &decoding)
        if case .elsewhere(let forwarder) = gateway.place, mayForward(decoding) {
            return forward(forwarder)
        }
        guard decoding.problems.isEmpty, let prepared else { return refuseQuery(decoding.problems) }
        guard !decoding.namesForeignUser else {
            return refuse(
                .foreignUser,
                "Only an operator may name another user. Leave userId out to see your own."
            )
        }
        start(prepared)
    }

    private func refuseQuery(_ problems: [InputProblem]) {
        if case .event = declaration.trigger {
            return refuse(
                .eventInvalid,
                "Mend the event's attributes that errors names.",
                members: [("errors", problems.json)]
            )
        }
        refuse(
            .parameterInvalid,
            "Mend the query parameters that errors names.",
            members: [("errors", problems.json)]
        )
    }

    func makeDecoding() -> Decoding {
        gateway.place.decoding(caller: caller, list: declaration.name)
    }

    func refuse(
        _ refusal: GatewayRefusal,
        _ detail: String,
        members: [ProblemDocument.Member] = []
    ) {
        report(refusal.status)
        exchange.respond(refusal.response(detail, exchange.requestID, fields, members: members))
    }

    /// Tells the observer of the request's end, once.
    func report(_ status: Int) {
        guard !isReported else { return }
        isReported = true
        gateway.observer.ended(
            exchange,
            function: declaration.name,
            status: status,
            startedAt: startedAt
        )
    }
}
