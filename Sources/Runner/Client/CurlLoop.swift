import CCurl
internal import CLinux
import Glibc

/// The thread that owns libcurl's multi handle.
///
/// Sendable: `inbox` is locked; everything else is touched by the thread alone, once it runs.
@safe final class CurlLoop: @unchecked Sendable {
    enum Command {
        case start(CurlTransfer)
        case cancel(ClientCall)
        case resume(ClientCall)
        case resumeUpload(ClientCall)
        case stop
    }

    @safe private struct Inbox {
        var commands: [Command] = []
        /// What to wake; nil before the thread is ready and after its end.
        var multi: UnsafeMutableRawPointer?
        var isStopped = false
    }

    /// How often a connection's close is looked for that ends an answer while an upload waits.
    private static let look = Duration.milliseconds(200)

    private let pool: ClientPool
    private let inbox = Lock(Inbox())
    private var multi: UnsafeMutableRawPointer?
    private var transfers: [ObjectIdentifier: CurlTransfer] = [:]
    /// Those whose request's body comes while it is sent.
    private var uploads: [ObjectIdentifier: CurlTransfer] = [:]
    private var nextLook = ContinuousClock.now
    private var isStopping = false
    /// No transfer can have been silent for too long before this moment.
    private var nextExpiry = ContinuousClock.now

    init(pool: ClientPool) { self.pool = pool }

    /// Starts the thread, which keeps the loop alive until it is told to stop.
    func start() {
        guard SystemThread.detach("curl", { self.run() }) else {
            inbox.withLock { $0.isStopped = true }
            return
        }
    }

    /// From any thread.
    func submit(_ command: Command) {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.isStopped else { return false }
            inbox.commands.append(command)
            // Whoever finds the list empty wakes; the others' commands go along.
            if inbox.commands.count == 1, let multi = unsafe inbox.multi {
                unsafe curl_multi_wakeup(multi)
            }
            return true
        }
        if !isTaken, case .start(let transfer) = command { transfer.end(.cancelled) }
    }

    private func run() {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        unsafe multi = curl_multi_init()
        configure()
        inbox.withLock { unsafe $0.multi = multi }
        while !isStopping { turn() }
        stop()
    }

    /// Signals are for the main thread; a connection that breaks is an error here, not SIGPIPE.
    private func configure() {
        unsafe curl_shim_multi_set_long(multi, CURLMOPT_MAXCONNECTS, pool.idleConnections)
        unsafe curl_shim_multi_set_long(multi, CURLMOPT_PIPELINING, 0)
    }

    private func turn() {
        let commands = inbox.withLock { inbox in
            defer { inbox.commands.removeAll(keepingCapacity: true) }
            return inbox.commands
        }
        for command in commands { obey(command) }
        var running: Int32 = 0
        unsafe curl_multi_perform(multi, &running)
        finish()
        endAnswered()
        expire()
        guard !isStopping else { return }
        unsafe curl_multi_poll(multi, nil, 0, wait, nil)
    }

    /// Milliseconds until something is due by itself; libcurl shortens it by its own time-outs.
    private var wait: Int32 {
        guard !transfers.isEmpty else { return 60_000 }
        let isLooking = uploads.values.contains { $0.mayHaveEnded }
        let next = isLooking ? min(nextLook, nextExpiry) : nextExpiry
        let left = ContinuousClock.now.duration(to: next)
        return Int32(
            clamping: max(
                1,
                left.components.seconds * 1000
                    + left.components.attoseconds / 1_000_000_000_000_000 + 1
            )
        )
    }

    private func obey(_ command: Command) {
        switch command {
        case .start(let transfer): begin(transfer)
        case .cancel(let call): end(transfers[ObjectIdentifier(call)], .cancelled)
        case .resume(let call): transfers[ObjectIdentifier(call)]?.resumeReceiving()
        case .resumeUpload(let call): transfers[ObjectIdentifier(call)]?.resumeSending()
        case .stop: isStopping = true
        }
    }

    private func begin(_ transfer: CurlTransfer) {
        guard !transfer.call.isCancelled else { return transfer.end(.cancelled) }
        guard
            let easy = unsafe transfer.prepare(
                idleSeconds: pool.idleSeconds,
                connectionSeconds: pool.lifetimeSeconds
            ), unsafe curl_multi_add_handle(multi, easy) == CURLM_OK
        else {
            return transfer.end(.unreachable("libcurl takes no request"))
        }
        transfers[ObjectIdentifier(transfer.call)] = transfer
        if transfer.isStreamed { uploads[ObjectIdentifier(transfer.call)] = transfer }
        nextExpiry = min(nextExpiry, transfer.expiry)
    }

    /// Ends what libcurl has done with.
    private func finish() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE,
                let transfer = unsafe CurlTransfer.of(message.pointee.easy_handle)
            else { continue }
            end(transfer, transfer.failure(unsafe curl_shim_message_result(message)))
        }
    }

    /// Ends uploads whose answer is whole before their body is.
    ///
    /// libcurl waits for the body's end, which a slow client may keep back for long. It sees an
    /// answer that ends with its connection, but says so only once it is told to go on sending.
    private func endAnswered() {
        guard !uploads.isEmpty else { return }
        for transfer in uploads.values where transfer.isAnswered { end(transfer, nil) }
        let now = ContinuousClock.now
        guard now >= nextLook else { return }
        nextLook = now + Self.look
        for transfer in uploads.values where transfer.mayHaveEnded { transfer.resumeSending() }
    }

    /// Ends what has been silent for too long.
    private func expire() {
        guard !transfers.isEmpty, ContinuousClock.now >= nextExpiry else { return }
        let now = ContinuousClock.now
        for transfer in transfers.values where transfer.expiry <= now { end(transfer, .timedOut) }
        nextExpiry = transfers.values.reduce(now + .seconds(60)) { min($0, $1.expiry) }
    }

    private func end(_ transfer: CurlTransfer?, _ failure: ClientError?) {
        guard let transfer, transfers.removeValue(forKey: ObjectIdentifier(transfer.call)) != nil
        else { return }
        uploads.removeValue(forKey: ObjectIdentifier(transfer.call))
        if let easy = unsafe transfer.easy { unsafe curl_multi_remove_handle(multi, easy) }
        transfer.end(failure)
    }

    private func stop() {
        let commands = inbox.withLock { inbox in
            unsafe inbox.multi = nil
            inbox.isStopped = true
            defer { inbox.commands = [] }
            return inbox.commands
        }
        for case .start(let transfer) in commands { transfer.end(.cancelled) }
        for transfer in transfers.values { end(transfer, .cancelled) }
        unsafe curl_multi_cleanup(multi)
    }
}
