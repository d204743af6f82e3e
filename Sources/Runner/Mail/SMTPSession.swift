import CCurl

/// A libcurl handle and the connection that it keeps from letter to letter.
///
/// Used by one thread at a time; whoever lets it go says goodbye to the server. Its own handle, not
/// the shared one of HTTP: libcurl blocks while a server thinks about a letter.
@safe final class SMTPSession {
    /// Letters that go over one connection: servers have a limit of their own.
    static let lettersPerConnection = 50

    private static let errorSize = Int(CURL_ERROR_SIZE)

    private let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private let times: SMTPTimes
    private let wantsLogin: Bool
    private var isLoggedIn = false
    private(set) var letters = 0

    /// `authorities` is a file of certificates that are trusted instead of the system's.
    init?(_ server: SMTPServer, times: SMTPTimes, authorities: String?) {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        unsafe errorText = .allocate(capacity: SMTPSession.errorSize)
        unsafe errorText.initialize(repeating: 0, count: SMTPSession.errorSize)
        wantsLogin = server.password != nil
        self.times = times
        setUp(server, authorities)
        setUpCallbacks()
    }

    deinit {
        // The goodbye is libcurl's, and it waits for the answer this long.
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, times.goodbye)
        set(CURLOPT_VERBOSE, 0)
        unsafe curl_easy_cleanup(handle)
        unsafe errorText.deallocate()
    }

    /// Hands one message over.
    ///
    /// After anything but `sent` this session is of no more use.
    func send(_ message: MailMessage, _ cancellation: Cancellation) -> SendOutcome {
        letters += 1
        let recipient = "<\(message.recipient.address.text)>"
        guard let recipients = unsafe curl_slist_append(nil, recipient) else {
            return .later(reason: "no memory")
        }
        defer { unsafe curl_slist_free_all(recipients) }
        set(CURLOPT_MAIL_FROM, "<\(message.sender.address.text)>")
        unsafe curl_shim_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        set(CURLOPT_UPLOAD, 1)
        unsafe curl_shim_set_offset(
            handle,
            CURLOPT_INFILESIZE_LARGE,
            curl_off_t(message.bytes.count)
        )
        return perform(message.bytes, cancellation)
    }

    /// Greets the server, logs in where there is a password, and asks nothing of it.
    func check(_ cancellation: Cancellation) -> SendOutcome {
        set(CURLOPT_NOBODY, 1)
        set(CURLOPT_CUSTOMREQUEST, "NOOP")
        return perform([], cancellation)
    }

    private func perform(
        _ message: ContiguousArray<UInt8>,
        _ cancellation: Cancellation
    ) -> SendOutcome {
        let conversation = SMTPConversation(
            message: message,
            times: times,
            cancellation: cancellation
        )
        let context = unsafe Unmanaged.passUnretained(conversation).toOpaque()
        for option in [CURLOPT_READDATA, CURLOPT_DEBUGDATA, CURLOPT_XFERINFODATA] {
            unsafe curl_shim_set_pointer(handle, option, context)
        }
        unsafe errorText.update(repeating: 0, count: 1)
        let result = withExtendedLifetime(conversation) { unsafe curl_easy_perform(handle) }
        for option in [CURLOPT_READDATA, CURLOPT_DEBUGDATA, CURLOPT_XFERINFODATA] {
            unsafe curl_shim_set_pointer(handle, option, nil)
        }
        isLoggedIn = isLoggedIn || conversation.hasLoggedIn
        let outcome = conversation.progress.outcome(
            result: result.rawValue,
            trouble: conversation.brokenOff ?? trouble(result)
        )
        // libcurl goes on without a login where the server offers none: what is refused then is
        // refused to strangers, not to us.
        guard wantsLogin, !isLoggedIn, case .rejected(let reason) = outcome else { return outcome }
        return .later(reason: "the server offers no login, and \(reason)")
    }

    private func trouble(_ result: CURLcode) -> String {
        var text = unsafe String(cString: errorText)
        if text.isEmpty { text = unsafe String(cString: curl_easy_strerror(result)) }
        return SMTPReply.shown(text.utf8)
    }

    private func setUp(_ server: SMTPServer, _ authorities: String?) {
        set(CURLOPT_URL, server.url)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        // Ours are the time-outs step by step; these only bound what those do not see.
        set(CURLOPT_CONNECTTIMEOUT, times.step * 8)
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, times.final + times.step)
        set(CURLOPT_TIMEOUT, times.final + times.step * 10)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        let isChecked = server.encryption != .opportunistic
        set(CURLOPT_USE_SSL, Int(isChecked ? CURLUSESSL_ALL.rawValue : CURLUSESSL_TRY.rawValue))
        set(CURLOPT_SSL_VERIFYPEER, isChecked ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, isChecked ? 2 : 0)
        if let authorities { set(CURLOPT_CAINFO, authorities) }
        if let user = server.user, let password = server.password {
            set(CURLOPT_USERNAME, user)
            set(CURLOPT_PASSWORD, password.value)
            // Over TLS no other is needed; libcurl would prefer Kerberos where it is offered.
            set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
        }
        unsafe curl_shim_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
    }

    private func setUpCallbacks() {
        set(CURLOPT_VERBOSE, 1)
        set(CURLOPT_NOPROGRESS, 0)
        unsafe curl_shim_set_data_callback(handle, CURLOPT_READFUNCTION) {
            data,
            size,
            count,
            context in
            guard let data = unsafe data, let talk = unsafe conversation(context) else { return 0 }
            return unsafe talk.read(into: .init(start: data, count: size * count))
        }
        unsafe curl_shim_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { _, size, count, _ in
            size * count
        }
        unsafe curl_shim_set_progress_callback(handle) { context, _, _, _, _ in
            unsafe conversation(context)?.mustEnd() == true ? 1 : 0
        }
        unsafe curl_shim_set_debug_callback(handle) { _, kind, data, size, context in
            let line = unsafe UnsafeRawBufferPointer(start: data, count: size)
            if kind == CURLINFO_HEADER_OUT { unsafe conversation(context)?.wrote(line) }
            if kind == CURLINFO_HEADER_IN { unsafe conversation(context)?.heard(line) }
            return 0
        }
    }

    private func set(_ option: CURLoption, _ value: Int) {
        unsafe curl_shim_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        unsafe curl_shim_set_string(handle, option, value)
    }
}

/// The conversation that a callback belongs to: alive as long as libcurl is at work on it.
@unsafe private func conversation(_ context: UnsafeMutableRawPointer?) -> SMTPConversation? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<SMTPConversation>.fromOpaque(context).takeUnretainedValue()
}
