internal import CLinux
internal import Glibc

/// The threads that serve: some event loops and one that accepts connections for them.
///
/// Shared by all servers of a process. A connection belongs to one loop for its life: the one that
/// has the fewest when it arrives.
package final class EventLoops: Sendable {
    package let count: Int
    let loops: [EventLoop]
    let acceptor: Acceptor
    private let threads: Lock<[pthread_t]>

    /// Starts the threads.
    package init(count: Int, log: any Log) throws(ServerError) {
        self.count = max(1, count)
        linux_raise_descriptor_limit()
        var loops: [EventLoop] = []
        for index in 0..<max(1, count) { loops.append(try EventLoop(index: index)) }
        self.loops = loops
        acceptor = try Acceptor(loops: loops, log: log)
        var threads: [pthread_t] = []
        for loop in loops {
            threads.append(try SystemThread.start("http-\(loop.index)") { loop.run() })
        }
        let acceptor = acceptor
        threads.append(try SystemThread.start("http-accept") { acceptor.run() })
        self.threads = Lock(threads)
    }

    /// Cuts all connections, closes all listeners and ends the threads.
    ///
    /// Not for a loop's own thread; a server cannot be drained afterwards.
    package func stop() {
        let ended = threads.withLock { threads in
            let all = threads
            threads = []
            return all
        }
        guard !ended.isEmpty else { return }
        acceptor.post(.stop)
        for loop in loops { loop.post(.stop) }
        for thread in ended { _ = pthread_join(thread, nil) }
    }
}
