internal import Functions

extension APIRequest {
    /// The last check, how many are in flight, and the call itself.
    func start(_ prepared: any PreparedCall) {
        guard case .here(let services) = gateway.place else { return }
        guard function.inFlight.enter() else {
            return refuse(
                .overloaded,
                "Too many such requests are being worked on. Try again shortly."
            )
        }
        let invocation = makeInvocation(services)
        exchange.onGone = {
            self.report(RequestReport.gone)
            invocation.abandon()
        }
        let seconds = declaration.timeoutSeconds
        exchange.after(milliseconds: seconds * 1000) {
            invocation.refuse(.timedOut, self.timeOutDetail)
            invocation.abandon()
        }
        prepared.start(invocation)
    }

    /// An event bears its own, whatever brings it.
    private var traceparent: ArraySlice<UInt8>? {
        if case .event = declaration.trigger, let own = exchange.head.first("ce-traceparent") {
            return own
        }
        return exchange.head.first("traceparent")
    }

    var timeOutDetail: String {
        "No answer within \(declaration.timeoutSeconds) s."
            + " Send the same request with the same key again."
    }

    private func makeInvocation(_ services: Services) -> Invocation {
        let call = Call(
            caller: caller,
            requestID: exchange.requestID,
            traceparent: traceparent.flatMap { TraceContext($0)?.text },
            configuration: services.configuration
        )
        let claim = key.map {
            KeyDigests(keys: services.keys)
                .claim($0, caller: caller?.userID, declaration, input: decoding.canonical)
        }
        return Invocation(self, services, call: call, claim: claim)
    }
}
