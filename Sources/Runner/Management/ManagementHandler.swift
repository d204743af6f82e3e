internal import Functions

/// What the management port answers: health, metrics, and to the owner the outbox's redrive.
///
/// For operators and for the machinery around the service, never for users. Liveness asks nobody.
package final class ManagementHandler: ExchangeHandler {
    /// Tries dead letters again, on a thread that may wait; how many.
    package typealias Redrive = @Sendable (OutboxSelection) async throws(CommandFailure) -> Int

    private let readiness: Readiness
    private let metrics: Metrics
    private let token: Secret?
    private let redrive: Redrive?

    /// Without both token and redrive there is no administration here.
    package init(
        readiness: Readiness,
        metrics: Metrics,
        token: Secret? = nil,
        redrive: Redrive? = nil
    ) {
        self.readiness = readiness
        self.metrics = metrics
        self.token = token
        self.redrive = redrive
    }

    package static let redrivePath = "/admin/outbox/redrive"

    package func handle(_ exchange: Exchange) {
        let path = String(decoding: exchange.head.path, as: UTF8.self)
        if path == ManagementHandler.redrivePath, let token, let redrive {
            return administer(exchange, token, redrive)
        }
        let isMetrics = path == "/metrics"
        guard isMetrics || path == "/health/live" || path == "/health/ready" else {
            return exchange.refuse(
                status: 404,
                type: "/problems/not-found",
                title: "Not found",
                detail: "Here are /health/live, /health/ready and /metrics."
            )
        }
        guard exchange.head.method == .get || exchange.head.method == .head else {
            return refuseMethod(exchange, allow: "GET, HEAD")
        }
        if isMetrics { return showMetrics(exchange) }
        exchange.respond(path == "/health/live" ? health(200, ["status": "live"]) : ready())
    }

    private func ready() -> Response {
        let reasons = readiness.reasons
        guard !reasons.isEmpty else { return health(200, ["status": "ready"]) }
        let list = JSON.array(reasons.map { .string($0) })
        return health(503, ["status": "not ready", "reasons": list])
    }

    /// On a thread of its own: some numbers are read from the disk, and none may wait for whatever
    /// keeps loops or tasks busy, since that is when they are looked at.
    private func showMetrics(_ exchange: Exchange) {
        let isStarted = SystemThread.detach("metrics") { [metrics] in
            let text = metrics.text()
            exchange.resume { exchange in
                var response = Response(status: 200, body: text)
                response.fields.add("Content-Type", MetricsWriter.mediaType)
                response.fields.add("Cache-Control", "no-store")
                exchange.respond(response)
            }
        }
        guard !isStarted else { return }
        exchange.refuse(
            status: 503,
            type: "/problems/overloaded",
            title: "Overloaded",
            detail: "The machine has no thread to spare. Look again shortly."
        )
    }

    private func health(_ status: Int, _ document: JSON) -> Response {
        var response = Response(status: status, body: ContiguousArray(document.text.utf8))
        response.fields.add("Content-Type", "application/json")
        response.fields.add("Cache-Control", "no-store")
        return response
    }

    private func refuseMethod(_ exchange: Exchange, allow: String) {
        var fields = ResponseFields()
        fields.add("Allow", allow)
        exchange.refuse(
            status: 405,
            type: "/problems/method-not-allowed",
            title: "Method not allowed",
            detail: "Use one of the methods that Allow lists.",
            fields: fields
        )
    }
}

// Administration: the owner's own commands, over loopback.
extension ManagementHandler {
    private static let bodyLimit = 65_536

    private func administer(_ exchange: Exchange, _ token: Secret, _ redrive: @escaping Redrive) {
        guard exchange.head.method == .post else { return refuseMethod(exchange, allow: "POST") }
        // A browser sends Origin with every POST: no page may administer, whatever it has got hold of.
        guard exchange.head.count("origin") == 0 else {
            return exchange.refuse(
                status: 403,
                type: "/problems/forbidden",
                title: "Forbidden",
                detail: "Requests of web pages are refused here."
            )
        }
        guard isOwner(exchange.head, token) else {
            var fields = ResponseFields()
            fields.add("WWW-Authenticate", "Bearer")
            return exchange.refuse(
                status: 401,
                type: "/problems/unauthorized",
                title: "Unauthorized",
                detail: "Use runner outbox redrive with the service's SECRET_KEY.",
                fields: fields
            )
        }
        exchange.collectBody(limit: ManagementHandler.bodyLimit) { body in
            guard case .whole(let bytes) = body, let selection = RedriveRequest.parse(bytes) else {
                return exchange.refuse(
                    status: 400,
                    type: "/problems/malformed-request",
                    title: "Malformed request",
                    detail: #"Send {"all":true} or {"ids":["…"]}."#
                )
            }
            self.run(exchange, selection, redrive)
        }
    }

    private func isOwner(_ head: RequestHead, _ token: Secret) -> Bool {
        guard head.count("authorization") == 1, let given = head.first("authorization") else {
            return false
        }
        return ConstantTime.areEqual(given, "Bearer \(token.value)".utf8)
    }

    private func run(
        _ exchange: Exchange,
        _ selection: OutboxSelection,
        _ redrive: @escaping Redrive
    ) {
        Task {
            let result: Result<Int, CommandFailure>
            do throws(CommandFailure) {
                result = .success(try await redrive(selection))
            } catch {
                result = .failure(error)
            }
            exchange.resume { exchange in
                switch result {
                case .success(let count):
                    let document: JSON = ["redriven": .integer(Int64(count))]
                    exchange.respond(self.health(200, document))
                case .failure(let failure):
                    exchange.refuse(
                        status: 503,
                        type: "/problems/unavailable",
                        title: "Unavailable",
                        detail: failure.message
                    )
                }
            }
        }
    }
}

/// The body of a redrive: `{"all":true}` or `{"ids":[…]}`.
package enum RedriveRequest {
    package static func text(_ selection: OutboxSelection) -> String {
        switch selection {
        case .all: (["all": true] as JSON).text
        case .ids(let ids): (["ids": .array(ids.map { .string($0.text) })] as JSON).text
        }
    }

    static func parse(_ bytes: ContiguousArray<UInt8>) -> OutboxSelection? {
        guard case .object(let members)? = try? JSON.parse(bytes), members.count == 1 else {
            return nil
        }
        switch (members[0].name, members[0].value) {
        case ("all", .boolean(true)): return .all
        case ("ids", .array(let values)):
            let ids = values.compactMap { $0.string.flatMap { UUID($0) } }
            return ids.count == values.count && !ids.isEmpty ? .ids(ids) : nil
        default: return nil
        }
    }
}
