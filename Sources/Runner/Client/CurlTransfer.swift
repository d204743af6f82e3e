import CCurl

/// One request and its answer on libcurl's thread, which alone touches it once it is started.
@safe final class CurlTransfer: @unchecked Sendable {
    let call: ClientCall
    let request: ClientRequest
    let receiver: any ClientReceiver
    private(set) var easy: UnsafeMutableRawPointer?
    /// libcurl does not copy the list: it lives as long as the handle.
    var list: UnsafeMutablePointer<curl_slist>?
    var head: ResponseHeadReader
    /// The answer's body, once its head is whole, where a request's body may still be on its way.
    var answer: ResponseBodyReader?
    /// How much of a whole body libcurl has taken.
    var sent = 0
    /// How often the request has been begun on a connection.
    var sendings = 0
    /// What a callback decided: outranks libcurl's result, which then says only that a callback
    /// did not want to go on.
    var verdict: ClientError?
    private var isEnded = false
    private var lastSign = ContinuousClock.now
    /// Whether the receiver wants no more for now, and whether libcurl has been told.
    private var isHeld = false
    private var isReceivingPaused = false
    private var isSendingPaused = false

    init(call: ClientCall, request: ClientRequest, receiver: any ClientReceiver) {
        self.call = call
        self.request = request
        self.receiver = receiver
        head = ResponseHeadReader(limits: request.limits)
    }

    /// Whether the request's body comes while it is sent.
    var isStreamed: Bool { if case .streamed = request.body { true } else { false } }

    /// The transfer that a handle was made for.
    static func of(_ easy: UnsafeMutableRawPointer?) -> CurlTransfer? {
        var context: UnsafeMutableRawPointer?
        unsafe curl_shim_get_pointer(easy, CURLINFO_PRIVATE, &context)
        return unsafe context.map {
            unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Makes the handle, ready to be run; nil where libcurl refuses.
    func prepare(idleSeconds: Int, connectionSeconds: Int) -> UnsafeMutableRawPointer? {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe easy = handle
        lastSign = .now
        return unsafe setOptions(handle, idleSeconds, connectionSeconds) ? handle : nil
    }

    /// Tells the receiver and frees what libcurl held; the handle is in no multi handle any more.
    func end(_ failure: ClientError?) {
        guard !isEnded else { return }
        isEnded = true
        if let easy = unsafe easy { unsafe curl_easy_cleanup(easy) }
        unsafe easy = nil
        unsafe curl_slist_free_all(list)
        unsafe list = nil
        if case .streamed(let upload) = request.body { upload.close() }
        receiver.ended(failure)
    }

    /// What libcurl's result means; nil is an answer that came whole.
    func failure(_ code: CURLcode) -> ClientError? {
        if let verdict { return verdict }
        guard code != CURLE_OK else { return head.isDone ? nil : unfinishedHead }
        let detail = unsafe String(cString: curl_easy_strerror(code))
        guard sendings > 0 else { return .unreachable(detail) }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND,
            CURLE_ABORTED_BY_CALLBACK:
            return head.isDone ? .broken(detail) : unfinishedHead
        default: return .broken(detail)
        }
    }

    private var unfinishedHead: ClientError {
        head.lines == 0 ? .closedUnanswered : .broken("cut short in its head")
    }

    /// When the other side has been silent for too long; while it waits for us, it is not silent.
    var expiry: ContinuousClock.Instant {
        let isWaitingForUs = isHeld || isReceivingPaused || isSendingPaused
        return (isWaitingForUs ? .now : lastSign) + request.limits.silence
    }

    /// The answer is whole: what is left of the request's body is for nobody.
    var isAnswered: Bool { answer?.isWhole ?? false }

    /// Whether libcurl has to be asked now and then if the connection has closed behind the answer.
    var mayHaveEnded: Bool { isSendingPaused && answer?.endsByClose ?? false }

    func noteSign() { lastSign = .now }

    // MARK: - Back-pressure

    /// Whether the receiver takes a piece now; libcurl keeps it otherwise.
    func mayReceive() -> Bool {
        guard isHeld else { return true }
        isReceivingPaused = true
        return false
    }

    func hold() { isHeld = true }

    func pauseSending() { isSendingPaused = true }

    func resumeReceiving() {
        isHeld = false
        guard isReceivingPaused else { return }
        isReceivingPaused = false
        unpause()
    }

    /// Also lets libcurl look whether all is done, which it does not while anything is paused.
    func resumeSending() {
        guard isSendingPaused else { return }
        isSendingPaused = false
        unpause()
    }

    /// Says what is still paused, and so lets the rest go on; libcurl may call back at once.
    private func unpause() {
        lastSign = .now
        let mask =
            (isReceivingPaused ? CURLPAUSE_RECV : 0) | (isSendingPaused ? CURLPAUSE_SEND : 0)
        unsafe curl_easy_pause(easy, mask)
    }
}
