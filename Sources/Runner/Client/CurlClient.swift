/// Speaks HTTP/1.1 to other servers: one libcurl multi handle on one thread of its own.
///
/// The thread also loads and prepares libcurl, so that making a client costs nothing; what is sent
/// meanwhile waits. Completions and receivers are called on that thread. When the client goes away,
/// what is under way ends with `ClientError.cancelled`.
package final class CurlClient: Sendable {
    private let loop: CurlLoop

    package init(pool: ClientPool = ClientPool()) {
        loop = CurlLoop(pool: pool)
        loop.start()
    }

    deinit { loop.submit(.stop) }

    /// Sends a request and collects the whole answer.
    @discardableResult
    package func send(
        _ request: ClientRequest,
        completion: @escaping @Sendable (Result<ClientResponse, ClientError>) -> Void
    ) -> ClientCall {
        let collector = ClientCollector(limit: request.limits.bodyBytes, completion: completion)
        return stream(request, to: collector)
    }

    /// Sends a request and hands the answer on as it comes.
    @discardableResult
    package func stream(_ request: ClientRequest, to receiver: any ClientReceiver) -> ClientCall {
        let call = ClientCall(loop: loop)
        start(call, request, receiver)
        return call
    }

    /// The whole answer; a task that is cancelled cancels the call.
    package func response(to request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let call = ClientCall(loop: loop)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let collector = ClientCollector(limit: request.limits.bodyBytes) {
                    continuation.resume(returning: $0)
                }
                start(call, request, collector)
            }
        } onCancel: {
            call.cancel()
        }
        return try result.get()
    }

    /// The whole answer, waited for even when the task is cancelled: for a request whose outcome
    /// must be known.
    package func uncancelledResponse(
        to request: ClientRequest
    ) async throws(ClientError) -> ClientResponse {
        let result = await withCheckedContinuation { continuation in
            _ = send(request) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private func start(
        _ call: ClientCall,
        _ request: ClientRequest,
        _ receiver: any ClientReceiver
    ) {
        if case .streamed(let upload) = request.body { upload.attach(call) }
        loop.submit(.start(CurlTransfer(call: call, request: request, receiver: receiver)))
    }
}

/// Collects an answer up to a limit.
///
/// Sendable, though it changes: only the client's thread touches it.
private final class ClientCollector: ClientReceiver, @unchecked Sendable {
    private let limit: Int
    private let completion: @Sendable (Result<ClientResponse, ClientError>) -> Void
    private var head: ClientHead?
    private var body = ContiguousArray<UInt8>()

    init(limit: Int, completion: @escaping @Sendable (Result<ClientResponse, ClientError>) -> Void)
    {
        self.limit = limit
        self.completion = completion
    }

    func received(_ head: ClientHead) {
        self.head = head
        if let length = head.length, length <= limit { body.reserveCapacity(length) }
    }

    func received(_ bytes: UnsafeRawBufferPointer) -> ClientDemand {
        guard body.count + bytes.count <= limit else { return .stop(.tooLarge) }
        unsafe body.append(contentsOf: bytes)
        return .more
    }

    func ended(_ failure: ClientError?) {
        if let failure {
            completion(.failure(failure))
        } else if let head {
            completion(.success(ClientResponse(head: head, body: body)))
        } else {
            completion(.failure(.closedUnanswered))
        }
    }
}
