internal import Functions

/// Calls functions in their own processes, through one pool of connections.
package struct FunctionForwarder: Sendable {
    /// How much longer than the function the gateway waits: the function's own 504 comes first.
    static let patienceSeconds = 1

    let client: CurlClient
    let log: any Log
    private let addresses: FunctionAddresses

    package init(
        addresses: FunctionAddresses,
        client: CurlClient = CurlClient(pool: .functions),
        log: any Log
    ) {
        self.addresses = addresses
        self.client = client
        self.log = log
    }

    /// The request for the function's process; nil where it cannot be sent.
    func request(
        _ exchange: Exchange,
        _ function: Declaration,
        key: IdempotencyKey?,
        body: ContiguousArray<UInt8>?
    ) -> ClientRequest? {
        let head = exchange.head
        guard let base = addresses[function],
            var request = ClientRequest(
                head.method,
                base,
                path: head.path,
                query: head.query.map(Self.escaped)
            )
        else { return nil }
        request.fields = Self.fields(exchange, function, key)
        if let body {
            request.body = .whole(body)
            if !body.isEmpty { Self.add(bodyFieldsOf: head, to: &request.fields) }
        }
        request.limits.total = .seconds(function.timeoutSeconds + 2 * Self.patienceSeconds)
        request.limits.silence = .seconds(function.timeoutSeconds + 2 * Self.patienceSeconds)
        request.limits.bodyBytes = 16 << 20
        // What has a key has one effect, however often it comes.
        request.mayRepeat = body == nil || key != nil
        return request
    }

    /// What a function is told of the request beside its path, query and body: nothing else passes.
    ///
    /// Nothing passes twice or at a length that the function's limits might not hold: what the
    /// gateway has taken must not fail for the size of its head one hop later.
    private static func fields(
        _ exchange: Exchange,
        _ function: Declaration,
        _ key: IdempotencyKey?
    ) -> ClientFields {
        let head = exchange.head
        var fields = ClientFields()
        // With one blank, however many there were.
        if function.access != .anyone, case .token(let token) = BearerToken.read(head) {
            fields.add("Authorization", ArraySlice("Bearer ".utf8 + token))
        }
        if let key { fields.add("Idempotency-Key", ArraySlice(key.text)) }
        if let trace = head.first("traceparent").flatMap({ TraceContext($0) }) {
            fields.add("traceparent", trace.text)
        }
        fields.add("X-Request-Id", exchange.requestID.text)
        return fields
    }

    /// What was found to be JSON, without its parameters, which change nothing.
    private static func add(bodyFieldsOf head: RequestHead, to fields: inout ClientFields) {
        if let type = head.first("content-type") {
            fields.add("Content-Type", type.prefix { $0 != UInt8(ascii: ";") && $0 > 0x20 })
        }
        if let coding = head.first("content-encoding") { fields.add("Content-Encoding", coding) }
    }

    /// The same query, with what libcurl's URLs may not hold as `%XX`.
    private static func escaped(_ query: ArraySlice<UInt8>) -> ContiguousArray<UInt8> {
        var escaped = ContiguousArray<UInt8>()
        for byte in query {
            if byte > 32, byte < 127, byte != UInt8(ascii: "#"), byte != UInt8(ascii: "\\") {
                escaped.append(byte)
            } else {
                escaped.append(contentsOf: FormText.escape(byte).utf8)
            }
        }
        return escaped
    }

    /// Whether the answer is one of ours: each bears a request id.
    ///
    /// What stands between the processes may answer, too, in a form that is not the contract's.
    func isFunctions(_ response: ClientResponse) -> Bool {
        response.head.first("x-request-id") != nil
    }

    func report(_ exchange: Exchange, _ function: Declaration, _ reason: String) {
        log.warning(
            "a function could not be called",
            [
                ("function", function.name), ("url", addresses[function]?.text ?? "-"),
                ("reason", reason), ("requestId", exchange.requestID.text),
            ]
        )
    }
}
