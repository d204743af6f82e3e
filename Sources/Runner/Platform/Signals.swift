import CLinux
import Glibc
import Synchronization

/// The signals that end the service.
package enum Signals {
    /// Calls `drain` once, on a thread of its own, at the first SIGTERM or SIGINT.
    ///
    /// A second one ends the process at once. SIGHUP and SIGPIPE do nothing from now on.
    ///
    /// To be called once, before anything that ought to be drained is started.
    package static func install(
        drain: @escaping @Sendable (_ signal: Int32) -> Void
    ) throws(ServerError) {
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        let thread = try SystemThread.start("signals") {
            var number: UInt64 = 0
            while unsafe read(descriptor, &number, 8) < 0, errno == EINTR {}
            drain(Int32(truncatingIfNeeded: number))
        }
        pthread_detach(thread)
        first.store(descriptor, ordering: .releasing)
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGTERM, SIGINT] { handle(number) }
    }

    /// The eventfd to wake; -1 once the first signal has come.
    private static let first = Atomic<Int32>(-1)

    private static func handle(_ number: Int32) {
        var action = sigaction()
        // Only calls that are safe in a signal handler: an atomic exchange, write and _exit.
        unsafe action.__sigaction_handler.sa_handler = { number in
            let descriptor = Signals.first.exchange(-1, ordering: .acquiringAndReleasing)
            guard descriptor >= 0 else { _exit(128 + number) }
            let interrupted = errno
            var value = UInt64(number)
            _ = unsafe write(descriptor, &value, 8)
            errno = interrupted
        }
        action.sa_flags = SA_RESTART
        unsafe sigaction(number, &action, nil)
    }
}
