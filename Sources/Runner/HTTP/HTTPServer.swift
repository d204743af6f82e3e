internal import Synchronization

/// Listeners and what serves their requests.
///
/// Several servers share the same loops.
package final class HTTPServer: Sendable {
    /// Where a server listens.
    package struct Bound: Sendable, Equatable {
        package let addresses: [String]
        package let port: Int
    }

    package let name: String
    package let handler: any ExchangeHandler
    package let limits: HTTPLimits
    let log: any Log
    private let openSockets: @Sendable () throws(ServerError) -> Sockets
    private let loops: EventLoops
    private let open = Load()
    private let draining = Atomic(false)
    private let ending = Lock(Ending())

    /// Who waits for the last connection's end.
    private struct Ending {
        var hasListeners = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Sockets that listen already: who connects meanwhile waits for the server to start.
    package struct Sockets: Sendable {
        package let bound: Bound
        fileprivate let descriptors: [Int32]
        fileprivate let lacksVersion6: Bool

        /// `localhost` means both loopback addresses, `::` both families; port 0 is any free one.
        package init(name: String, host: String, port: Int) throws(ServerError) {
            let opened = try Listening.open(name, host: host, port: port)
            bound = Bound(addresses: opened.addresses, port: opened.port)
            descriptors = opened.descriptors
            lacksVersion6 = opened.lacksVersion6
        }
    }

    /// A server on sockets that listen already.
    package convenience init(
        name: String,
        sockets: Sockets,
        handler: any ExchangeHandler,
        loops: EventLoops,
        limits: HTTPLimits = HTTPLimits(),
        log: any Log
    ) {
        self.init(
            name: name,
            open: { () throws(ServerError) in sockets },
            handler: handler,
            loops: loops,
            limits: limits,
            log: log
        )
    }

    private init(
        name: String,
        open: @escaping @Sendable () throws(ServerError) -> Sockets,
        handler: any ExchangeHandler,
        loops: EventLoops,
        limits: HTTPLimits,
        log: any Log
    ) {
        self.name = name
        self.openSockets = open
        self.handler = handler
        self.loops = loops
        self.limits = limits
        self.log = log
    }

    /// A server that opens its sockets when it starts.
    package convenience init(
        name: String,
        host: String,
        port: Int,
        handler: any ExchangeHandler,
        loops: EventLoops,
        limits: HTTPLimits = HTTPLimits(),
        log: any Log
    ) {
        self.init(
            name: name,
            open: { () throws(ServerError) in try Sockets(name: name, host: host, port: port) },
            handler: handler,
            loops: loops,
            limits: limits,
            log: log
        )
    }

    /// Listens, and serves from now on.
    @discardableResult
    package func start() throws(ServerError) -> Bound {
        let sockets = try openSockets()
        if sockets.lacksVersion6 {
            log.info("there is no IPv6 here: the \(name) listener takes IPv4 alone")
        }
        ending.withLock { $0.hasListeners = true }
        loops.acceptor.post(.add(self, sockets.descriptors))
        return sockets.bound
    }

    /// How many connections it has.
    package var connectionCount: Int { open.count }

    /// True once `drain` was called: answers close their connections.
    package var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Ends serving in an orderly way, and returns once no connection is left: how many were cut.
    ///
    /// Takes what the listeners have queued, closes them, closes idle connections and those whose
    /// answer is sent, and cuts what is left after a while.
    @discardableResult
    package func drain(within milliseconds: Int) async -> Int {
        draining.store(true, ordering: .relaxed)
        loops.acceptor.post(.close(self))
        let cutter = Task {
            try await Task.sleep(for: .milliseconds(milliseconds))
            let left = open.count
            for loop in loops.loops { loop.post(.cut(self)) }
            return left
        }
        await withCheckedContinuation { continuation in
            ending.withLock { $0.waiters.append(continuation) }
            tellIfOver()
        }
        cutter.cancel()
        return (try? await cutter.value) ?? 0
    }

    var isOverCap: Bool { open.count > limits.connections }

    func connectionOpened() { open.add() }

    func connectionClosed() {
        if open.subtract() == 0, isDraining { tellIfOver() }
    }

    func listenersClosed() {
        ending.withLock { $0.hasListeners = false }
        tellIfOver()
    }

    private func tellIfOver() {
        let waiters = ending.withLock { ending -> [CheckedContinuation<Void, Never>] in
            guard !ending.hasListeners, open.count == 0 else { return [] }
            defer { ending.waiters = [] }
            return ending.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
