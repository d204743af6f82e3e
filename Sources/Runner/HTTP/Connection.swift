internal import CLinux
internal import Glibc

/// One client's connection: what it sent, whom it asked, what waits to be sent.
///
/// Objects are pooled: a loop makes one for each slot and opens it again and again. `settle` is the
/// one place where the connection moves: it reads, parses, hands out, sends, closes. What a handler
/// calls meanwhile changes state only.
///
/// Unchecked: only the owning loop's thread touches it. It and its loop hold each other until the loop
/// ends.
final class Connection: @unchecked Sendable {
    /// What the next bytes are.
    enum Phase {
        case head
        case body
        /// The request is whole; it waits for its answer's end.
        case complete
        /// A body that nobody wants, read so that the connection can go on.
        case discarding
        /// Nothing more is taken; what arrives is dropped.
        case refused
    }

    enum CloseMode {
        case none
        /// Everything was read: closing cannot hurt the answer.
        case plain
        /// Something may be unread or under way: say that no more comes, and read on for a while.
        case linger
        /// Without the answer's end.
        case abort
    }

    /// What the deadline watches.
    enum Watch {
        case nothing
        case idle
        case head
        case body
        case write
        case linger
        /// An answer to a client that has left: its handler may have forgotten it.
        case farewell
    }

    let loop: EventLoop
    let slot: Int
    var generation: UInt32 = 0
    var descriptor: Int32 = -1
    var server: HTTPServer?
    var limits = HTTPLimits()
    var peer = ""

    var isOpen = false
    var phase = Phase.head
    var closeMode = CloseMode.none
    var exchange: Exchange?
    var hasServed = false

    // Input.
    var input = ByteBuffer()
    var parser = HeadParser()
    var chunks = ChunkedDecoder(limits: HTTPLimits())
    var bodyRemaining = 0
    var discardRemaining = 0
    /// The framing of a body whose request is answered already.
    var discarded = BodyFraming.none
    var isReadable = false
    var peerFinished = false
    var endOfInput = false
    var isBroken = false
    var readsLeft = 0

    // Output.
    var output = ByteBuffer()
    var answer = AnswerState()
    var isWritable = true
    var wantsDrain = false
    var writtenInRound = 0
    var keepsAlive = true

    // Being driven.
    var isSettling = false
    var wantsAnotherRound = false
    var isListed = false

    // Time.
    var watch = Watch.nothing
    var deadline = Int64.max
    var windowStart: Int64 = 0
    var received: Int64 = 0
    var sent: Int64 = 0
    var lingerEnd: Int64 = 0
    var lingerBytes = 0
    var isLingering = false

    init(loop: EventLoop, slot: Int) {
        self.loop = loop
        self.slot = slot
    }

    func open(_ descriptor: Int32, _ server: HTTPServer, peer: String) {
        self.descriptor = descriptor
        self.server = server
        self.peer = peer
        limits = server.limits
        isOpen = true
        phase = .head
        closeMode = .none
        parser = HeadParser()
        hasServed = false
        isReadable = false
        peerFinished = false
        endOfInput = false
        isBroken = false
        isWritable = true
        wantsDrain = false
        watch = .nothing
        deadline = .max
        received = 0
        sent = 0
        isLingering = false
    }

    /// What epoll reports, edge-triggered: remembered, then acted upon.
    func ready(_ events: UInt32) {
        if events & (linux_epoll_in | linux_epoll_peer_finished) != 0 { isReadable = true }
        if events & linux_epoll_out != 0 { isWritable = true }
        if events & linux_epoll_peer_finished != 0 { peerFinished = true }
        if events & (linux_epoll_error | linux_epoll_hang_up) != 0 { isBroken = true }
        settle()
    }

    /// Asks for another look, after a handler has changed something.
    func touch() {
        if isSettling {
            wantsAnotherRound = true
        } else if !isListed {
            isListed = true
            loop.list(self)
        }
    }

    /// Does all that can be done now, and nothing that could block.
    func settle() {
        guard isOpen, !isSettling else { return }
        isSettling = true
        readsLeft = limits.readsInTurn
        var rounds = 0
        repeat {
            rounds += 1
            writtenInRound = 0
            wantsAnotherRound = false
            pump()
            tellGone()
            flush()
            tellDrained()
        } while wantsAnotherRound && !isBroken && rounds < limits.roundsInTurn
        isSettling = false
        closeIfOver()
        guard isOpen else { return }
        setDeadline()
        input.release(&loop.pool)
        output.release(&loop.pool)
        // The others' turn: what is left comes behind them.
        if wantsAnotherRound || (isReadable && readsLeft == 0) { touch() }
    }

    /// Tells a parked exchange that its client has left; a FIN counts.
    private func tellGone() {
        guard peerFinished || isBroken, let exchange, !exchange.hasToldGone else { return }
        exchange.hasToldGone = true
        let onGone = exchange.onGone
        exchange.onGone = nil
        onGone?()
    }

    private func tellDrained() {
        guard wantsDrain, output.count <= limits.lowMark, let exchange else { return }
        wantsDrain = false
        exchange.onDrain?()
    }

    private func closeIfOver() {
        if isBroken || closeMode == .abort { return tearDown() }
        guard output.isEmpty else { return }
        switch closeMode {
        case .plain: tearDown()
        case .linger: startLingering()
        case .none, .abort: break
        }
    }

    /// Lets everything go; the exchange hears of it last, when nothing depends on it any more.
    func tearDown() {
        guard isOpen else { return }
        isOpen = false
        generation &+= 1
        if closeMode == .abort, answer.endsWithConnection {
            _ = linux_set_reset_on_close(descriptor)
        }
        _ = Glibc.close(descriptor)
        descriptor = -1
        input.removeAll()
        output.removeAll()
        input.release(&loop.pool)
        output.release(&loop.pool)
        if isLingering { loop.lingering -= 1 }
        let over = exchange
        exchange = nil
        answer = AnswerState()
        let server = server
        self.server = nil
        loop.free(self)
        server?.connectionClosed()
        over?.leave()
    }
}

extension Exchange {
    /// Its connection is gone or no longer its own: tells the handler, if it does not know.
    func leave() {
        let onGone = hasToldGone ? nil : onGone
        hasToldGone = true
        self.onGone = nil
        detach()
        onGone?()
    }
}
