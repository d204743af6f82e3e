internal import CLinux

// Time: one entry in the loop's wheel, and what it watches.
extension Connection {
    /// Chooses what is watched now.
    ///
    /// Only a change of it begins a new span, so that a drip of bytes never moves a head's deadline.
    func setDeadline() {
        let next = nextWatch
        if next == watch, next != .linger { return }
        watch = next
        windowStart = next == .write ? acknowledged : received
        deadline = loop.now + span(next)
        if next == .linger { deadline = min(deadline, lingerEnd) }
        if next == .nothing { deadline = .max } else { loop.wheel.set(slot, at: deadline) }
    }

    private var nextWatch: Watch {
        if isLingering { return .linger }
        if !output.isEmpty { return .write }
        switch phase {
        case .head: return input.isEmpty ? .idle : .head
        case .body:
            if exchange?.body.takesBytes == true { return .body }
            return exchange?.hasToldGone == true ? .farewell : .nothing
        case .discarding: return .body
        case .complete: return exchange?.hasToldGone == true ? .farewell : .nothing
        case .refused: return .nothing
        }
    }

    private func span(_ watch: Watch) -> Int64 {
        switch watch {
        case .nothing: 0
        case .idle: limits.idleMilliseconds
        case .head: limits.headMilliseconds
        case .body: limits.bodyMilliseconds
        case .write: limits.writeMilliseconds
        case .linger: limits.lingerGapMilliseconds
        case .farewell: limits.farewellMilliseconds
        }
    }

    /// The wheel has brought this connection up: acts if a deadline has really passed.
    func timeCame() {
        guard isOpen else { return }
        if let exchange, exchange.deadline <= loop.now {
            let action = exchange.deadlineAction
            exchange.deadline = .max
            exchange.deadlineAction = nil
            action?()
        }
        if isOpen, deadline <= loop.now { expire() }
        settle()
        guard isOpen else { return }
        let earliest = min(deadline, exchange?.deadline ?? .max)
        if earliest != .max { loop.wheel.set(slot, at: earliest) }
    }

    private func expire() {
        let ended = watch
        watch = .nothing
        deadline = .max
        switch ended {
        case .nothing: break
        case .idle: closeMode = .plain
        case .head:
            if parser.isUntouched(by: input.count) {
                closeMode = .plain
            } else {
                fail(.headTimedOut)
            }
        case .body:
            if moved(received, limits.bodyMilliseconds) { return }
            if exchange == nil { closeMode = .linger } else { fail(.bodyTimedOut) }
        case .write: if !moved(acknowledged, limits.writeMilliseconds) { closeMode = .abort }
        case .linger: tearDown()
        case .farewell: closeMode = .abort
        }
    }

    /// Whether enough has moved since the span began.
    private func moved(_ bytes: Int64, _ milliseconds: Int64) -> Bool {
        bytes - windowStart >= max(1, limits.minimumRate * milliseconds / 1000)
    }

    /// What the client's side has taken: our socket's buffer would hide a client that reads nothing.
    private var acknowledged: Int64 { sent - Int64(linux_unacknowledged(descriptor)) }

    /// The server drains: a connection on which nothing is under way closes.
    func drain() {
        settle()
        guard isOpen, phase == .head, exchange == nil, input.isEmpty, output.isEmpty else { return }
        if hasServed {
            closeMode = .plain
            settle()
        } else {
            deadline = loop.now + limits.drainGraceMilliseconds
            watch = .idle
            loop.wheel.set(slot, at: deadline)
        }
    }
}
