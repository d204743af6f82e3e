/// One request on its way to Keycloak, and its answer on the way back.
///
/// Two threads meet here. Sendable: `window` and `heard` are locked; `call` and `withheld` belong
/// to the exchange's loop; the rest does not change once `begin` was called, but for `hasHead` and
/// `failureIsTold`, which belong to the client's thread.
final class KeycloakForwarding: ClientReceiver, @unchecked Sendable {
    /// What is on its way from the client's thread to the HTTP client.
    private struct Window {
        var bytes = 0
        var isPaused = false
    }

    /// How much may be on its way before Keycloak is asked to stop, and when it may go on.
    private static let high = 256 << 10
    private static let low = 64 << 10

    let body: ClientBody
    private let exchange: Exchange
    private let proxy: KeycloakProxy
    private let startedAt: UInt64
    private let window = Lock(Window())
    /// What has been heard of a request that ends sessions: written on the loop, read when the
    /// answer comes.
    private let heard = Lock<KeycloakProxyRevocation?>(nil)
    private var call: ClientCall?
    /// Bytes that the exchange took though it had no room.
    private var withheld = 0
    private var hasHead = false

    /// On the loop.
    init(_ exchange: Exchange, _ proxy: KeycloakProxy, _ startedAt: UInt64) {
        self.exchange = exchange
        self.proxy = proxy
        self.startedAt = startedAt
        // A HEAD has no use for a body, and libcurl knows none with one.
        if exchange.hasBody && exchange.head.method != .head {
            let upload = ClientUpload(length: exchange.contentLength) {
                exchange.resume { $0.resumeBody() }
            }
            body = .streamed(upload)
        } else {
            // Says a length of nothing where a server may expect one.
            switch exchange.head.method {
            case .post, .put, .patch: body = .whole([])
            case .get, .head, .delete, .options: body = .none
            }
        }
    }

    var revocation: KeycloakProxyRevocation? {
        get { heard.withLock { $0 } }
        set { heard.withLock { $0 = newValue } }
    }

    /// On the loop.
    func begin(_ request: ClientRequest, _ client: CurlClient) {
        exchange.onGone = { [self] in leave() }
        exchange.onDrain = { [self] in
            let count = withheld
            withheld = 0
            passed(count)
        }
        call = client.stream(request, to: self)
        if case .streamed(let upload) = body {
            exchange.streamBody(KeycloakUploading(exchange, upload, self))
        }
    }

    /// The HTTP client is gone: nobody waits for the answer.
    private func leave() {
        if case .streamed(let upload) = body { upload.fail() }
        call?.cancel()
        exchange.abort()
    }

    func note(_ bytes: UnsafeRawBufferPointer) {
        heard.withLock { unsafe $0?.note(bytes) }
    }

    // MARK: - The answer, on the client's thread

    func received(_ head: ClientHead) {
        hasHead = true
        // Before the client hears of it: what is asked from now on is asked anew.
        tellRevocation()
        let fields = ForwardedFields.response(head)
        exchange.resume { [proxy, startedAt] exchange in
            proxy.observe(exchange, head.status, startedAt)
            exchange.begin(status: head.status, fields: fields, length: head.length)
        }
    }

    func received(_ bytes: UnsafeRawBufferPointer) -> ClientDemand {
        let piece = unsafe ContiguousArray(bytes)
        let isFull = window.withLock { window in
            window.bytes += piece.count
            window.isPaused = window.bytes >= Self.high
            return window.isPaused
        }
        exchange.resume { [self] exchange in write(piece, exchange) }
        return isFull ? .pause : .more
    }

    func ended(_ failure: ClientError?) {
        tellRevocation()
        proxy.finished(failure)
        let hasHead = hasHead
        exchange.resume { [proxy, startedAt] exchange in
            exchange.onGone = nil
            switch failure {
            case nil: exchange.end()
            case .some where hasHead: exchange.abort()
            case .some(let error): proxy.refuse(exchange, .failed(error), startedAt)
            }
        }
    }

    /// Once: with the answer, or with the failure, after which nobody knows what Keycloak did.
    private func tellRevocation() {
        let told = heard.withLock { heard in
            defer { heard = nil }
            return heard
        }
        if let told { proxy.ended(told) }
    }

    // MARK: - The answer, on the loop

    private func write(_ piece: ContiguousArray<UInt8>, _ exchange: Exchange) {
        let hasRoom = unsafe piece.withUnsafeBytes { unsafe exchange.write($0) }
        if hasRoom { passed(piece.count) } else { withheld += piece.count }
    }

    /// So many bytes are the exchange's now, and it has room for more.
    private func passed(_ count: Int) {
        let goesOn = window.withLock { window in
            window.bytes -= count
            guard window.isPaused, window.bytes <= Self.low else { return false }
            window.isPaused = false
            return true
        }
        if goesOn { call?.resume() }
    }
}

/// The client's body on its way to Keycloak; on the loop.
private final class KeycloakUploading: BodySink {
    private let exchange: Exchange
    private let upload: ClientUpload
    private let forwarding: KeycloakForwarding

    init(_ exchange: Exchange, _ upload: ClientUpload, _ forwarding: KeycloakForwarding) {
        self.exchange = exchange
        self.upload = upload
        self.forwarding = forwarding
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        unsafe forwarding.note(bytes)
        if unsafe !upload.append(bytes) { exchange.pauseBody() }
    }

    func receivedAll() { upload.end() }
}
