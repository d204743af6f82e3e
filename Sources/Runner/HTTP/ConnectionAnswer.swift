internal import Functions

// Answering: what the exchange's calls do, into the output buffer only.
extension Connection {
    func respond(_ exchange: Exchange, _ response: Response) {
        guard mayAnswer(exchange), !answer.hasBegun else { return }
        let response = proper(response, exchange.requestID, exchange.ownFields)
        let length = response.body.count
        writeHead(exchange, response.status, response.fields, length: length)
        if answer.body != .none { output.append(response.body, &loop.pool) }
        answer.body = .none
        finishAnswer()
    }

    func begin(_ exchange: Exchange, status: Int, fields: ResponseFields, length: Int?) {
        guard mayAnswer(exchange), !answer.hasBegun else { return }
        guard fields.malformed == nil else {
            return respond(exchange, Response(status: status, fields: fields))
        }
        writeHead(exchange, status, fields, length: length)
        touch()
    }

    /// The answer, or 500 where a field of it could split it: RFC 9110 §5.5.
    private func proper(
        _ response: Response,
        _ identifier: UUID,
        _ own: ResponseFields? = nil
    ) -> Response {
        guard let name = response.fields.malformed else { return response }
        server?.log.error(
            "an answer was not given: a field's value holds a control character",
            [
                ("field", name.description), ("status", "\(response.status)"),
                ("requestId", identifier.text),
            ]
        )
        let own = own ?? ResponseFields()
        return Refusal.answerMalformed.problem.response(
            requestID: identifier,
            fields: own.malformed == nil ? own : ResponseFields()
        )
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !isBroken, closeMode != .abort else { return false }
        guard answer.hasBegun, unsafe !bytes.isEmpty else { return true }
        switch answer.body {
        case .none: return true
        case .length(let remaining):
            let count = min(remaining, bytes.count)
            answer.body = .length(remaining: remaining - count)
            unsafe output.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]), &loop.pool)
        case .chunked:
            output.append(hexadecimal: bytes.count, &loop.pool)
            output.append("\r\n", &loop.pool)
            unsafe output.append(bytes, &loop.pool)
            output.append("\r\n", &loop.pool)
        case .untilClose: unsafe output.append(bytes, &loop.pool)
        }
        writtenInRound += bytes.count
        if output.count >= limits.highMark { flush() }
        touch()
        // A producer that writes in a loop stops for the others too, however fast its client reads.
        let isMuch = writtenInRound >= limits.writtenInRound
        guard isMuch || isBroken || output.count >= limits.highMark else { return true }
        wantsDrain = true
        return false
    }

    func end(_ exchange: Exchange) {
        guard mayAnswer(exchange), answer.hasBegun else { return }
        switch answer.body {
        case .none, .untilClose: break
        case .length(let remaining): if remaining > 0 { return abort() }
        case .chunked: output.append("0\r\n\r\n", &loop.pool)
        }
        finishAnswer()
    }

    /// After `abort` nothing is added any more: what is cut must not look whole.
    private func mayAnswer(_ exchange: Exchange) -> Bool {
        self.exchange === exchange && closeMode != .abort
    }

    func abort() {
        closeMode = .abort
        touch()
    }

    /// A request or its body is refused by the core itself: one answer, then the end.
    ///
    /// RFC 9112 §2.2 and §9.6: what follows a malformed message is not interpreted.
    func fail(_ refusal: Refusal) {
        guard closeMode == .none else { return }
        guard !answer.hasBegun else { return abort() }
        phase = .refused
        keepsAlive = false
        answer.closes = true
        let identifier = exchange?.requestID ?? loop.nextIdentifier()
        let method = exchange?.head.method ?? parser.request?.method ?? .get
        var fields = exchange?.ownFields ?? ResponseFields()
        amend(&fields, refusal)
        let response = proper(
            refusal.problem.response(requestID: identifier, fields: fields),
            identifier
        )
        writeHead(method, true, identifier, response.status, response.fields, response.body.count)
        if answer.body != .none { output.append(response.body, &loop.pool) }
        answer = AnswerState()
        closeMode = .linger
        logRefusal(refusal, identifier)
        let over = exchange
        exchange = nil
        over?.leave()
        touch()
    }

    private func amend(_ fields: inout ResponseFields, _ refusal: Refusal) {
        guard exchange == nil, let server else { return }
        if refusal == .tooManyConnections { fields.add("Retry-After", "1") }
        if refusal == .tooManyConnections || input.isEmpty { return }
        let bytes = unsafe ContiguousArray(input.bytes)
        let path = parser.request.map { ArraySlice(bytes[$0.path]) } ?? RequestLine.path(of: bytes)
        if refusal == .traceMethod {
            fields.add("Allow", server.handler.allowedMethods(path: path ?? []))
        }
        var origin: ArraySlice<UInt8>?
        for field in parser.fields where bytes.span.matches(field.name, "origin") {
            origin = ArraySlice(bytes[field.value])
        }
        server.handler.amendRefusal(&fields, path: path, origin: origin)
    }

    private func logRefusal(_ refusal: Refusal, _ identifier: UUID) {
        guard let log = server?.log, log.isEnabled(.debug) else { return }
        log.debug(
            "request refused by the HTTP core",
            [
                ("reason", "\(refusal)"), ("status", "\(refusal.status)"),
                ("requestId", identifier.text), ("peer", peer),
            ]
        )
    }

    /// The answer has ended: closes, discards what is left of the body, or takes the next request.
    private func finishAnswer() {
        let closes = answer.closes
        let ended = exchange
        let remaining = phase == .body ? bodyLeft(ended) : 0
        exchange = nil
        wantsDrain = false
        answer = AnswerState()
        ended?.onGone = nil
        discarded = ended?.framing ?? .none
        ended?.detach()
        if closes || remaining > limits.discard {
            let isDone = phase == .complete && input.isEmpty && !peerFinished
            closeMode = isDone && !keepsAlive ? .plain : .linger
            phase = .refused
        } else if phase == .body {
            phase = .discarding
            discardRemaining = limits.discard
        } else {
            startNextRequest()
        }
        touch()
    }

    private func bodyLeft(_ exchange: Exchange?) -> Int {
        if case .length = exchange?.framing { bodyRemaining } else { 0 }
    }

    /// The connection closes behind an answer if the client wants it, if the server drains, or if
    /// what is left of the request is refused, long, or may never come.
    private func mustClose(_ exchange: Exchange) -> Bool {
        if !keepsAlive || phase == .refused || server?.isDraining != false { return true }
        guard phase == .body else { return false }
        return (exchange.expectsContinue && input.isEmpty) || bodyLeft(exchange) > limits.discard
    }

    private func writeHead(
        _ exchange: Exchange,
        _ status: Int,
        _ fields: ResponseFields,
        length: Int?
    ) {
        let head = exchange.head
        var closes = mustClose(exchange)
        if length == nil, !head.isVersion11, AnswerState.hasBody(status, head.method) {
            closes = true
        }
        answer.closes = closes
        writeHead(head.method, head.isVersion11, exchange.requestID, status, fields, length)
    }

    private func writeHead(
        _ method: Method,
        _ isVersion11: Bool,
        _ identifier: UUID,
        _ status: Int,
        _ fields: ResponseFields,
        _ length: Int?
    ) {
        let framing = AnswerState.Body(status: status, length: length, isVersion11: isVersion11)
        let head = ResponseHead(
            status: status,
            requestID: identifier,
            isVersion11: isVersion11,
            closes: answer.closes,
            framing: framing,
            fields: fields
        )
        head.write(to: &output, date: loop.date, &loop.pool)
        answer.hasBegun = true
        answer.body = method == .head ? .none : framing
    }
}
