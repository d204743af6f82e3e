// A request's body: decoded, and handed to whoever wants it.
extension Connection {
    /// The handler asks for the body: hands out what is here, at once.
    func readBody() {
        guard let exchange else { return }
        if exchange.body.isTooLarge { return refuseBody(exchange) }
        if phase == .complete { return finishBody(exchange) }
        // RFC 9110 §10.1.1: only now, and not where the client has begun without waiting.
        if exchange.expectsContinue {
            exchange.expectsContinue = false
            if input.isEmpty { output.append("HTTP/1.1 100 Continue\r\n\r\n", &loop.pool) }
        }
        while phase == .body, self.exchange === exchange, exchange.body.takesBytes, decodeBody() {}
        touch()
    }

    /// Decodes what the buffer holds, up to one piece; false where it takes more bytes first.
    func decodeBody() -> Bool {
        guard !input.isEmpty else { return false }
        switch exchange?.framing ?? discarded {
        case .none: return false
        case .length: return decodeLength()
        case .chunked: return decodeChunks()
        }
    }

    private func decodeLength() -> Bool {
        let count = min(bodyRemaining, input.count)
        bodyRemaining -= count
        unsafe deliver(
            UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input.bytes)[..<count])
        )
        input.consume(count)
        if bodyRemaining == 0 { bodyEnded() }
        return true
    }

    private func decodeChunks() -> Bool {
        var position = 0
        do throws(Refusal) {
            let bytes = unsafe input.bytes
            switch try unsafe chunks.next(bytes.span, &position) {
            case .more: input.consume(position)
            case .data(let range):
                unsafe deliver(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])))
                input.consume(position)
            case .end:
                input.consume(position)
                bodyEnded()
            }
            return true
        } catch {
            fail(error)
            return false
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        guard phase == .body, let exchange else {
            discardRemaining -= bytes.count
            // More than a connection is worth: close behind the answer.
            if discardRemaining < 0, phase == .discarding { refuseRest() }
            return
        }
        if let sink = exchange.body.streamSink {
            unsafe sink.receive(bytes)
            return
        }
        unsafe exchange.body.take(bytes, expecting: exchange.contentLength)
        if exchange.body.isTooLarge { refuseBody(exchange) }
    }

    /// Takes no more of this connection but to drain it, and closes it behind the answer.
    private func refuseRest() {
        phase = .refused
        if closeMode == .none, exchange == nil { closeMode = .linger }
    }

    private func refuseBody(_ exchange: Exchange) {
        phase = .refused
        keepsAlive = false
        finishBody(exchange)
    }

    private func bodyEnded() {
        switch phase {
        case .body:
            phase = .complete
            if let exchange { finishBody(exchange) }
        case .discarding: startNextRequest()
        case .head, .complete, .refused: break
        }
    }

    private func finishBody(_ exchange: Exchange) {
        let (done, sink, result) = exchange.body.finish()
        done?(result)
        sink?.receivedAll()
    }

    /// The request is whole and its answer has ended: the next one's turn.
    func startNextRequest() {
        phase = .head
        watch = .nothing
        if server?.isDraining == true, closeMode == .none { closeMode = .linger }
    }
}
