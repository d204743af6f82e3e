import CCurl

extension CurlTransfer {
    /// Sets every option of the request; false where libcurl refuses one.
    func setOptions(_ easy: UnsafeMutableRawPointer, _ idle: Int, _ lifetime: Int) -> Bool {
        unsafe setAddress(easy) && setManners(easy) && setTimes(easy, idle, lifetime)
            && setCallbacks(easy) && setMethod(easy) && setFields(easy)
    }

    private func setAddress(_ easy: UnsafeMutableRawPointer) -> Bool {
        unsafe set(easy, CURLOPT_URL, request.url)
            && set(easy, CURLOPT_PROTOCOLS_STR, "http,https")
            // The path goes out as it came: libcurl would turn /a/../b into /b.
            && set(easy, CURLOPT_PATH_AS_IS, 1)
            // A user in the URL would become an Authorization field.
            && set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
            // Empty, not unset: unset means the environment's http_proxy.
            && set(easy, CURLOPT_PROXY, "")
            && set(easy, CURLOPT_NETRC, 0)
    }

    private func setManners(_ easy: UnsafeMutableRawPointer) -> Bool {
        unsafe set(easy, CURLOPT_NOSIGNAL, 1)
            && set(easy, CURLOPT_FOLLOWLOCATION, 0)
            && set(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
            && set(easy, CURLOPT_SSL_VERIFYPEER, 1)
            && set(easy, CURLOPT_SSL_VERIFYHOST, 2)
            && set(easy, CURLOPT_BUFFERSIZE, 16 << 10)
            && set(easy, CURLOPT_UPLOAD_BUFFERSIZE, 16 << 10)
            // Chunks are decoded here where their end is to be known.
            && set(easy, CURLOPT_HTTP_TRANSFER_DECODING, isStreamed ? 0 : 1)
            // A look-up that hangs is left behind instead of waited for.
            && set(easy, CURLOPT_QUICK_EXIT, 1)
    }

    private func setTimes(_ easy: UnsafeMutableRawPointer, _ idle: Int, _ lifetime: Int) -> Bool {
        let limits = request.limits
        guard unsafe set(easy, CURLOPT_CONNECTTIMEOUT_MS, limits.connect.milliseconds),
            unsafe set(easy, CURLOPT_MAXAGE_CONN, idle),
            unsafe set(easy, CURLOPT_MAXLIFETIME_CONN, lifetime)
        else { return false }
        guard let total = limits.total else { return true }
        return unsafe set(easy, CURLOPT_TIMEOUT_MS, total.milliseconds)
    }

    private func setMethod(_ easy: UnsafeMutableRawPointer) -> Bool {
        // Whatever its body: libcurl would wait for one of the answer otherwise.
        if request.method == .head { return unsafe set(easy, CURLOPT_NOBODY, 1) }
        let length: Int?
        switch request.body {
        case .none:
            return unsafe set(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .whole(let bytes): length = bytes.count
        case .streamed(let upload): length = upload.length
        }
        // An upload reads its body from a callback, of any method.
        return unsafe set(easy, CURLOPT_UPLOAD, 1)
            && set(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            && curl_shim_set_offset(easy, CURLOPT_INFILESIZE_LARGE, length ?? -1) == CURLE_OK
    }

    private func setFields(_ easy: UnsafeMutableRawPointer) -> Bool {
        // Fields that libcurl would add of its own accord.
        for unwanted in ["Expect:", "Accept:"] where !append(unwanted) { return false }
        for line in request.fields.lines {
            let appended = unsafe line.withUnsafeBytes { bytes in
                unsafe curl_slist_append(
                    list,
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                )
            }
            guard let appended = unsafe appended else { return false }
            unsafe list = appended
        }
        return unsafe curl_shim_set_list(easy, CURLOPT_HTTPHEADER, list) == CURLE_OK
    }

    private func append(_ line: String) -> Bool {
        guard let appended = unsafe curl_slist_append(list, line) else { return false }
        unsafe list = appended
        return true
    }

    private func set(_ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: Int) -> Bool {
        unsafe curl_shim_set_long(easy, option, value) == CURLE_OK
    }

    private func set(_ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: String) -> Bool
    {
        unsafe curl_shim_set_string(easy, option, value) == CURLE_OK
    }
}

extension Duration {
    /// Whole milliseconds, at least one: libcurl takes zero for "no limit".
    fileprivate var milliseconds: Int {
        max(1, Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}
