package import Functions

/// The single way in: `/auth/**` goes to Keycloak, `/api/**` to the functions.
package final class Gateway: ExchangeHandler {
    let services: Services
    let options: GatewayOptions
    let tokens: any TokenVerifier
    let crossOrigin: CrossOrigin
    let callerAddress: CallerAddress
    let observer: any RequestObserver
    private let rateLimit: RateLimit?
    private let routes: RouteTable
    private let keycloak: any KeycloakForwarder
    private let document: ContiguousArray<UInt8>

    package init(
        functions: [BoundFunction],
        services: Services,
        options: GatewayOptions,
        tokens: any TokenVerifier,
        keycloak: any KeycloakForwarder,
        observer: any RequestObserver,
        document: ContiguousArray<UInt8>
    ) {
        self.services = services
        self.options = options
        self.tokens = tokens
        self.keycloak = keycloak
        self.observer = observer
        self.document = document
        crossOrigin = CrossOrigin(options.corsOrigins)
        callerAddress = CallerAddress(trustedProxies: options.trustedProxies)
        rateLimit = options.rateLimit.map { RateLimit(perSecond: $0) }
        routes = RouteTable(functions)
    }

    package func handle(_ exchange: Exchange) {
        let path = exchange.head.path
        if isUnder(path, "/api") {
            handleAPI(exchange)
        } else if isUnder(path, "/auth") {
            keycloak.forward(exchange)
        } else {
            refuse(
                exchange,
                .notFound,
                "Nothing is here. The API is under /api, Keycloak under /auth."
            )
        }
    }

    private func handleAPI(_ exchange: Exchange) {
        var fields = ResponseFields()
        crossOrigin.addFields(origin: exchange.head.first("origin"), &fields)
        exchange.ownFields = fields
        guard let (route, captures) = routes.match(exchange.head.path) else {
            return refuse(
                exchange,
                .notFound,
                "No such path. GET \(RouteTable.documentPath) lists them all.",
                fields
            )
        }
        if exchange.head.method == .options { return answerOptions(exchange, route, fields) }
        guard let operation = route.operation(exchange.head.method) else {
            fields.add("Allow", route.allow)
            return refuse(
                exchange,
                .methodNotAllowed,
                "This path takes \(route.allow).",
                fields
            )
        }
        guard exchange.head.count("authorization") <= 1 else {
            return refuse(exchange, .authorizationRepeated, "Send Authorization once.", fields)
        }
        switch operation {
        case .document: answerDocument(exchange, fields)
        case .function(let function):
            APIRequest(self, exchange, function, captures, fields).begin()
        }
    }

    private func answerOptions(_ exchange: Exchange, _ route: Route, _ fields: ResponseFields) {
        var fields = fields
        fields.add("Allow", route.allow)
        crossOrigin.addPreflightFields(exchange.head, methods: route.allow, &fields)
        respond(exchange, Response(status: 204, fields: fields))
    }

    private func answerDocument(_ exchange: Exchange, _ fields: ResponseFields) {
        guard admits(callerAddress.of(exchange.head)) else {
            return refuse(exchange, .tooManyRequests, Gateway.tooManyRequests, fields)
        }
        var decoding = Decoding()
        _ = QueryString.parse(exchange.head.query, known: [], into: &decoding)
        guard decoding.problems.isEmpty else {
            let errors: ProblemDocument.Member = ("errors", decoding.problems.json)
            return refuse(exchange, .parameterInvalid, "Leave the query out.", fields, [errors])
        }
        var fields = fields
        fields.add("Content-Type", "application/json")
        respond(exchange, Response(status: 200, fields: fields, body: document))
    }

    private func refuse(
        _ exchange: Exchange,
        _ refusal: GatewayRefusal,
        _ detail: String,
        _ fields: ResponseFields = .init(),
        _ members: [ProblemDocument.Member] = []
    ) {
        respond(exchange, refusal.response(detail, exchange.requestID, fields, members: members))
    }

    private func respond(_ exchange: Exchange, _ response: Response) {
        observer.ended(
            exchange,
            function: nil,
            status: response.status,
            startedAt: SystemClock.nanoseconds()
        )
        exchange.respond(response)
    }

    // MARK: How often a caller may come

    static let tooManyRequests = "Send fewer requests a second."

    var limitsRate: Bool { rateLimit != nil }

    /// Whether the rate limit, if there is one, lets this caller go on.
    func admits(_ caller: String) -> Bool {
        rateLimit?.admits(caller, nanoseconds: SystemClock.nanoseconds()) ?? true
    }

    // MARK: What the HTTP core answers by itself

    package func allowedMethods(path: ArraySlice<UInt8>) -> String {
        routes.match(path)?.route.allow ?? "GET, HEAD, POST, OPTIONS"
    }

    package func amendRefusal(
        _ fields: inout ResponseFields,
        path: ArraySlice<UInt8>?,
        origin: ArraySlice<UInt8>?
    ) {
        guard let path, isUnder(path, "/api") else { return }
        crossOrigin.addFields(origin: origin, &fields)
    }

    private func isUnder(_ path: ArraySlice<UInt8>, _ root: String) -> Bool {
        path.starts(with: root.utf8)
            && (path.count == root.utf8.count
                || path[path.startIndex + root.utf8.count] == UInt8(ascii: "/"))
    }
}

/// The settings that the gateway decides by.
package struct GatewayOptions: Sendable {
    package var realm = "otus"
    package var corsOrigins: [String] = []
    package var rateLimit: Int?
    package var requiresKey = false
    package var trustedProxies: [NetworkRange] = []

    package init() {}
}

/// What forwards `/auth/**`.
package protocol KeycloakForwarder: AnyObject, Sendable {
    func forward(_ exchange: Exchange)
}

/// What checks access tokens.
package protocol TokenVerifier: AnyObject, Sendable {
    /// On a loop's thread: answers at once where it can, else nil, and calls `done` later.
    func verify(
        _ token: ArraySlice<UInt8>,
        loop: Int,
        done: @escaping @Sendable (TokenAnswer) -> Void
    ) -> TokenAnswer?
}

/// What a token check ends with, as the gateway needs it.
package enum TokenAnswer: Sendable {
    case valid(Caller)
    /// A good token whose subject is no UUID.
    case foreignSubject
    case invalid
    case unavailable
}

/// Is told of every request, for logs and metrics; on a loop's thread.
package protocol RequestObserver: AnyObject, Sendable {
    /// A request for a function: `ended` follows.
    func began(_ exchange: Exchange, function: String)

    /// Before the answer is written; `startedAt` in nanoseconds of the monotonic clock.
    func ended(_ exchange: Exchange, function: String?, status: Int, startedAt: UInt64)
}
