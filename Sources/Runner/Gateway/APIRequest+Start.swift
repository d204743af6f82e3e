internal import Functions

extension APIRequest {
    /// The last check, how many are in flight, and the call itself.
    func start(_ prepared: any PreparedCall) {
        guard function.inFlight.enter() else {
            return refuse(
                .overloaded,
                "Too many such requests are being worked on. Try again shortly."
            )
        }
        let invocation = makeInvocation()
        exchange.onGone = {
            self.report(RequestReport.gone)
            invocation.abandon()
        }
        let seconds = declaration.timeoutSeconds
        exchange.after(milliseconds: seconds * 1000) {
            invocation.refuse(
                .timedOut,
                "No answer within \(seconds) s. Send the same request with the same key again."
            )
            invocation.abandon()
        }
        prepared.start(invocation)
    }

    private func makeInvocation() -> Invocation {
        let call = Call(
            caller: caller,
            requestID: exchange.requestID,
            traceparent: exchange.head.first("traceparent").flatMap { TraceContext($0)?.text },
            configuration: gateway.services.configuration
        )
        let claim = key.map {
            KeyDigests(keys: gateway.services.keys)
                .claim($0, caller: caller?.userID, declaration, input: decoding.canonical)
        }
        return Invocation(self, call: call, claim: claim)
    }
}
