internal import Functions
internal import Synchronization

/// One call of a function for one exchange, from the end of the checks to the answer.
///
/// Unchecked: its members are constant but for what the loop that owns the exchange changes.
package final class Invocation: @unchecked Sendable {
    let exchange: Exchange
    let services: Services
    let function: any BoundFunction
    let call: Call
    /// Nil for operations without keys.
    let claim: KeyClaim?
    /// Whose list is read: cursors are bound to it.
    let whose: String
    /// The fields that every answer carries.
    let fields: ResponseFields
    /// Told the status of the answer, once.
    private let onAnswer: @Sendable (Int) -> Void
    private let abandoned = Atomic<Bool>(false)
    private var isAnswered = false
    private var cancel: (() -> Void)?

    init(
        exchange: Exchange,
        services: Services,
        function: any BoundFunction,
        call: Call,
        claim: KeyClaim?,
        whose: String,
        fields: ResponseFields,
        onAnswer: @escaping @Sendable (Int) -> Void
    ) {
        self.exchange = exchange
        self.services = services
        self.function = function
        self.call = call
        self.claim = claim
        self.whose = whose
        self.fields = fields
        self.onAnswer = onAnswer
    }

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
        var fields = self.fields
        if let location = output.location { fields.add("Location", location) }
        if isReplayed { fields.add("Idempotent-Replayed", "true") }
        if !writer.bytes.isEmpty { fields.add("Content-Type", "application/json") }
        respond(Response(status: output.status, fields: fields, body: writer.bytes))
    }

    func refuse(
        _ document: ProblemDocument,
        requestID: UUID? = nil,
        location: String? = nil,
        isReplayed: Bool = false,
        retryAfter: Int? = nil
    ) {
        var fields = self.fields
        if let location { fields.add("Location", location) }
        if isReplayed { fields.add("Idempotent-Replayed", "true") }
        if let retryAfter { fields.add("Retry-After", String(retryAfter)) }
        respond(document.response(requestID: requestID ?? call.requestID, fields: fields))
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
        onAnswer(response.status)
        exchange.respond(response)
    }

    private func seal(_ position: UUID) -> String {
        CursorSeal(key: services.keys.cursor)
            .seal(position, list: function.declaration.name, whose: whose)
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
}
