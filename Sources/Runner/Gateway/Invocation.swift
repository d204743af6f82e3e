internal import Functions
internal import Synchronization

/// One call of a function for one exchange, from the end of the checks to the answer.
///
/// Unchecked: its members are constant but for what the loop that owns the exchange changes.
package final class Invocation: @unchecked Sendable {
    let call: Call
    /// Nil for operations without keys.
    let claim: KeyClaim?
    let services: Services
    private let request: APIRequest
    private let abandoned = Atomic<Bool>(false)
    private var isAnswered = false
    private var cancel: (() -> Void)?

    init(_ request: APIRequest, _ services: Services, call: Call, claim: KeyClaim?) {
        self.request = request
        self.services = services
        self.call = call
        self.claim = claim
    }

    var exchange: Exchange { request.exchange }
    var function: BoundFunction { request.function }

    /// Whether nobody waits for the answer any more.
    var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }

    /// On the loop: the client has left, or has its 504 already.
    func abandon() {
        abandoned.store(true, ordering: .relaxed)
        cancel?()
        cancel = nil
    }

    /// What else ends when nobody waits any more; on the loop.
    func onAbandon(_ cancel: @escaping () -> Void) { self.cancel = cancel }

    /// Runs on the exchange's loop, from any thread; not at all where the exchange has ended.
    func onLoop(_ body: @escaping @Sendable (Invocation) -> Void) {
        exchange.resume { _ in body(self) }
    }

    // MARK: Answers, on the loop

    func answer(_ output: some Answer, requestID: UUID, isReplayed: Bool = false) {
        guard !isAnswered else { return }
        if let problem = output.problem {
            var writer = JSONWriter()
            output.write(into: &writer, sealing: seal)
            let document = ProblemDocument(
                status: output.status,
                type: "/problems/" + problem.code.kebabCase,
                title: problem.title,
                detail: problem.detail,
                members: [(problem.member, writer.bytes)]
            )
            refuse(
                document,
                requestID: requestID,
                location: output.location,
                isReplayed: isReplayed
            )
            return
        }
        var writer = JSONWriter()
        output.write(into: &writer, sealing: seal)
        addFields(location: output.location, isReplayed: isReplayed)
        if !writer.bytes.isEmpty { request.fields.add("Content-Type", "application/json") }
        respond(Response(status: output.status, fields: request.fields, body: writer.bytes))
    }

    func refuse(
        _ document: ProblemDocument,
        requestID: UUID? = nil,
        location: String? = nil,
        isReplayed: Bool = false,
        retryAfter: Int? = nil
    ) {
        guard !isAnswered else { return }
        addFields(location: location, isReplayed: isReplayed)
        if let retryAfter { request.fields.add("Retry-After", String(retryAfter)) }
        respond(document.response(requestID: requestID ?? call.requestID, fields: request.fields))
    }

    private func addFields(location: String?, isReplayed: Bool) {
        if let location { request.fields.add("Location", location) }
        if isReplayed { request.fields.add("Idempotent-Replayed", "true") }
    }

    func refuse(_ refusal: GatewayRefusal, _ detail: String) {
        refuse(refusal.document(detail), retryAfter: refusal.retryAfter)
    }

    func refuse<Code>(_ problem: Problem<Code>) {
        let description = ProblemDescription(problem)
        refuse(ProblemDocument(description), retryAfter: description.retryAfter)
    }

    private func respond(_ response: Response) {
        guard !isAnswered else { return }
        isAnswered = true
        request.report(response.status)
        exchange.respond(response)
    }

    private func seal(_ position: UUID) -> String {
        CursorSeal(key: services.keys.cursor)
            .seal(position, list: function.declaration.name, whose: request.decoding.whose)
    }
}

extension Invocation {
    func refuseUnavailable(_ reason: String) {
        services.log.warning(
            "the store did not answer",
            [("function", function.declaration.name), ("reason", reason)]
        )
        refuse(
            .storeUnavailable,
            "The store does not answer just now. Send the same request with the same key again shortly."
        )
    }

    func refuseBroken(_ reason: String) {
        services.log.error(
            "a function broke its contract",
            [("function", function.declaration.name), ("reason", reason)]
        )
        refuse(
            .internalError,
            "Something went wrong on our side; name the request id when you ask."
        )
    }

    func refuseReuse() {
        refuse(
            .keyReused,
            "This Idempotency-Key was used for another request. Send this request with a new key."
        )
    }

    func refuseInProgress() {
        refuse(
            .keyInProgress,
            "A request with this Idempotency-Key is still being worked on. Send it again shortly."
        )
    }
}
