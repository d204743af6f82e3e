import CCurl

extension CurlTransfer {
    func setCallbacks(_ easy: UnsafeMutableRawPointer) -> Bool {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        for data in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_PREREQDATA] {
            unsafe curl_shim_set_pointer(easy, data, context)
        }
        unsafe curl_shim_set_private(easy, context)
        unsafe curl_shim_set_data_callback(easy, CURLOPT_WRITEFUNCTION) {
            data,
            size,
            count,
            context in
            unsafe transfer(context)?.receive(
                UnsafeRawBufferPointer(start: data, count: size * count)
            )
                ?? 0
        }
        unsafe curl_shim_set_data_callback(easy, CURLOPT_HEADERFUNCTION) {
            data,
            size,
            count,
            context in
            unsafe transfer(context)?
                .receiveLine(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
        }
        unsafe curl_shim_set_data_callback(easy, CURLOPT_READFUNCTION) {
            data,
            size,
            count,
            context in
            unsafe transfer(context)?
                .send(UnsafeMutableRawBufferPointer(start: data, count: size * count))
                ?? Int(CURL_READFUNC_ABORT)
        }
        unsafe curl_shim_set_prerequest_callback(easy) { context, _, _, _, _ in
            unsafe transfer(context)?.mayBegin() ?? false
                ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        return unsafe setSeek(easy, context)
    }

    /// Without a seek libcurl cannot send a body twice, and so does not.
    private func setSeek(
        _ easy: UnsafeMutableRawPointer,
        _ context: UnsafeMutableRawPointer
    ) -> Bool {
        guard request.mayRepeat, case .whole = request.body else { return true }
        unsafe curl_shim_set_pointer(easy, CURLOPT_SEEKDATA, context)
        return unsafe curl_shim_set_seek_callback(easy) { context, offset, _ in
            guard let transfer = unsafe transfer(context) else { return CURL_SEEKFUNC_FAIL }
            transfer.sent = Int(offset)
            return CURL_SEEKFUNC_OK
        } == CURLE_OK
    }

    /// Whether the request may be sent on the connection that was just found.
    ///
    /// libcurl repeats a request by itself when a kept connection dies before the first byte of an
    /// answer, one without a body even where there is nothing to seek in.
    fileprivate func mayBegin() -> Bool {
        sendings += 1
        noteSign()
        return sendings == 1 || (sendings == 2 && request.mayRepeat)
    }

    fileprivate func receiveLine(_ line: UnsafeRawBufferPointer) -> Int {
        noteSign()
        do throws(ResponseHeadReader.Flaw) {
            let head = try unsafe head.take(line.bindMemory(to: UInt8.self).span)
            if let head { begin(head) }
            return line.count
        } catch {
            verdict = .broken(error.reason)
            return -1
        }
    }

    private func begin(_ head: ClientHead) {
        if isStreamed { answer = ResponseBodyReader(head) }
        receiver.received(head)
    }

    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        noteSign()
        guard head.isDone else {
            verdict = .broken("a body before the head's end")
            return -1
        }
        guard mayReceive() else { return Int(CURL_WRITEFUNC_PAUSE) }
        do throws(Refusal) {
            if unsafe try answer?.take(bytes, pass) == nil { unsafe pass(bytes) }
        } catch {
            verdict = .broken("chunks that are none")
        }
        return verdict == nil ? bytes.count : -1
    }

    private func pass(_ bytes: UnsafeRawBufferPointer) {
        switch unsafe receiver.received(bytes) {
        case .more: break
        case .pause: hold()
        case .stop(let reason): verdict = reason
        }
    }

    fileprivate func send(_ target: UnsafeMutableRawBufferPointer) -> Int {
        noteSign()
        switch request.body {
        case .none: return 0
        case .whole(let bytes):
            let count = min(bytes.count - sent, target.count)
            unsafe target.copyBytes(from: bytes[sent..<sent + count])
            sent += count
            return count
        case .streamed(let upload):
            switch unsafe upload.read(into: target) {
            case .bytes(let count): return count
            case .end: return 0
            case .wait:
                pauseSending()
                return Int(CURL_READFUNC_PAUSE)
            case .failed:
                verdict = .cancelled
                return Int(CURL_READFUNC_ABORT)
            }
        }
    }
}

/// The transfer behind a callback's context.
private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    unsafe context.map { unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}
