internal import Functions

/// The way of a request to the process of its function, and of the answer back.
extension APIRequest {
    /// Whether the query is the function's to judge: it is in order, or holds a cursor.
    ///
    /// All that is wrong with a query is told at once, and only the function can open a cursor.
    func mayForward(_ decoding: Decoding) -> Bool {
        parts.query.contains { $0.name == "cursor" }
            || (decoding.problems.isEmpty && !decoding.namesForeignUser)
    }

    /// Hands the request on; the function's process repeats the checks and makes the rest of them.
    ///
    /// A client who leaves ends the call, and so leaves at the function's process, too: that decides
    /// what still runs to its end.
    func forward(_ forwarder: FunctionForwarder, body: ContiguousArray<UInt8>? = nil) {
        guard let request = forwarder.request(exchange, declaration, key: key, body: body) else {
            return fail(forwarder, "its request cannot be sent")
        }
        let call = forwarder.client.send(request) { result in
            self.exchange.resume { _ in self.pass(result, forwarder) }
        }
        exchange.onGone = {
            self.report(RequestReport.gone)
            call.cancel()
            self.exchange.abort()
        }
        let seconds = declaration.timeoutSeconds + FunctionForwarder.patienceSeconds
        exchange.after(milliseconds: seconds * 1000) {
            forwarder.report(self.exchange, self.declaration, "no answer within \(seconds) s")
            self.refuse(.timedOut, self.timeOutDetail)
            call.cancel()
        }
    }

    private func pass(
        _ result: Result<ClientResponse, ClientError>,
        _ forwarder: FunctionForwarder
    ) {
        switch result {
        case .success(let response) where forwarder.isFunctions(response): answer(response)
        case .success(let response):
            fail(forwarder, "what answers there is no function: \(response.status)")
        case .failure(let error): fail(forwarder, error.description)
        }
    }

    /// The function's answer with the fields that are the gateway's to add.
    private func answer(_ response: ClientResponse) {
        var fields = ResponseFields()
        gateway.crossOrigin.addFields(origin: exchange.head.first("origin"), &fields)
        fields.append(ForwardedFields.response(response.head))
        report(response.status)
        // To HEAD the length is that of the body that GET has.
        let length = exchange.head.method == .head ? response.head.length : response.body.count
        exchange.begin(status: response.status, fields: fields, length: length)
        _ = unsafe response.body.withUnsafeBytes { unsafe exchange.write($0) }
        exchange.end()
    }

    private func fail(_ forwarder: FunctionForwarder, _ reason: String) {
        forwarder.report(exchange, declaration, reason)
        refuse(
            .dependencyUnavailable,
            "A part of the system does not answer just now. Send the same request with the same "
                + "key again shortly."
        )
    }
}
