internal import Synchronization

/// Answers 503 until what is to serve is there.
///
/// The port is open from the start, so that nobody takes it, and whoever calls too early is told to
/// try again instead of waiting for an answer.
final class StartingHandler: ExchangeHandler {
    private let handler = Lock<(any ExchangeHandler)?>(nil)

    /// From now on this one serves.
    func serve(_ handler: any ExchangeHandler) { self.handler.withLock { $0 = handler } }

    func handle(_ exchange: Exchange) {
        if let handler = handler.withLock({ $0 }) { return handler.handle(exchange) }
        var fields = ResponseFields()
        fields.add("Retry-After", "1")
        exchange.refuse(
            status: 503,
            type: "/problems/unavailable",
            title: "Unavailable",
            detail: "The service is starting. Repeat the request, with the same Idempotency-Key.",
            fields: fields
        )
    }

    func allowedMethods(path: ArraySlice<UInt8>) -> String {
        handler.withLock { $0 }?.allowedMethods(path: path) ?? "GET, HEAD, POST"
    }

    func amendRefusal(
        _ fields: inout ResponseFields,
        path: ArraySlice<UInt8>?,
        origin: ArraySlice<UInt8>?
    ) {
        handler.withLock { $0 }?.amendRefusal(&fields, path: path, origin: origin)
    }
}
