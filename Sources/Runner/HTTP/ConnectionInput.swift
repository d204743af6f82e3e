internal import CLinux
internal import Glibc

// Reading: from the socket into the buffer, from the buffer to whoever it is for.
extension Connection {
    /// Reads and hands out until there is nothing more to read, or nobody who wants it.
    func pump() {
        while isOpen, closeMode != .abort {
            if advance() { continue }
            guard wantsInput, isReadable, !endOfInput, readsLeft > 0 else { break }
            receive()
        }
        if endOfInput { inputEnded() }
    }

    /// One step with what the buffer holds; false where it takes more bytes, or an answer, first.
    private func advance() -> Bool {
        switch phase {
        case .head: parseHead()
        case .body: exchange?.body.takesBytes == true && decodeBody()
        case .discarding: decodeBody()
        case .complete: false
        case .refused: dropInput()
        }
    }

    private var wantsInput: Bool {
        switch phase {
        case .head: mayParse
        case .body: exchange?.body.takesBytes == true
        case .discarding: true
        case .complete: false
        case .refused: isLingering
        }
    }

    /// No further request while one is unanswered, or while too much waits to be sent.
    private var mayParse: Bool {
        exchange == nil && closeMode == .none && output.count < limits.highMark
    }

    private func receive() {
        let room = unsafe input.room(atLeast: 1024, &loop.pool)
        let got = unsafe linux_receive(descriptor, room.baseAddress, room.count)
        if got > 0 {
            readsLeft -= 1
            received += Int64(got)
            input.fill(got)
            // A short read means that the socket is empty; a FIN may still wait behind it.
            if got < room.count, !peerFinished { isReadable = false }
        } else if got == 0 {
            endOfInput = true
            peerFinished = true
        } else if errno == EAGAIN {
            isReadable = false
        } else if errno != EINTR {
            isBroken = true
            isReadable = false
        }
    }

    /// The client has said that it sends no more, and all it had sent is used.
    private func inputEnded() {
        switch phase {
        case .head:
            guard mayParse else { return }
            if parser.isUntouched(by: input.count) {
                closeMode = .plain
            } else {
                fail(.headCutShort)
            }
        case .body: if exchange?.body.takesBytes == true { fail(.bodyCutShort) }
        case .discarding: closeMode = .plain
        case .complete: break
        case .refused: if isLingering { closeMode = .plain }
        }
    }

    private func dropInput() -> Bool {
        lingerBytes += input.count
        input.removeAll()
        if isLingering, lingerBytes > limits.lingerBytes { closeMode = .plain }
        return false
    }

    private func parseHead() -> Bool {
        guard mayParse, !input.isEmpty else { return false }
        do throws(Refusal) {
            let bytes = unsafe input.bytes
            switch try unsafe parser.advance(bytes.span, limits) {
            case .incomplete: return false
            case .whole(let count):
                handOut(count)
                return true
            }
        } catch {
            fail(error)
            return false
        }
    }

    /// Makes the request an exchange of its own, and hands it to the server's handler.
    private func handOut(_ count: Int) {
        guard let line = parser.request, let server else { return }
        let bytes = unsafe ContiguousArray(UnsafeBufferPointer(rebasing: input.bytes[..<count]))
        let head = RequestHead(
            method: line.method,
            bytes: bytes,
            pathRange: line.path,
            queryRange: line.query,
            fields: parser.fields,
            isVersion11: line.isVersion11,
            peer: peer
        )
        let framing = parser.body
        let said = parser.framing
        input.consume(count)
        parser = HeadParser()
        hasServed = true
        watch = .nothing
        keepsAlive = !said.wantsClose && (line.isVersion11 || said.wantsKeepAlive)
        let exchange = Exchange(
            head: head,
            requestID: loop.nextIdentifier(),
            connection: self,
            framing: framing,
            expectsContinue: said.expectsContinue && line.isVersion11 && framing != .none
        )
        self.exchange = exchange
        begin(body: framing)
        if line.path.count == 1, bytes[line.path.lowerBound] == UInt8(ascii: "*") {
            answerAsterisk(exchange, server)
        } else {
            server.handler.handle(exchange)
        }
    }

    private func begin(body framing: BodyFraming) {
        switch framing {
        case .none: phase = .complete
        case .length(let length):
            phase = .body
            bodyRemaining = length
        case .chunked:
            phase = .body
            chunks = ChunkedDecoder(limits: limits)
        }
    }

    /// RFC 9110 §9.3.7: OPTIONS of `*` asks of the server as a whole.
    private func answerAsterisk(_ exchange: Exchange, _ server: HTTPServer) {
        var fields = ResponseFields()
        fields.add("Allow", server.handler.allowedMethods(path: exchange.head.path))
        exchange.respond(Response(status: 204, fields: fields))
    }
}
