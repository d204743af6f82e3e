import Glibc

/// A thread that nobody joins.
enum BackgroundThread {
    /// Starts one that runs `body`; false where the system has none left.
    ///
    /// It takes no signals: those are for the threads that others started.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let box = unsafe Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                blockSignals()
                body.run()
                return nil
            },
            box.toOpaque()
        )
        if failure == 0 {
            pthread_detach(thread)
        } else {
            unsafe box.release()
        }
        return failure == 0
    }

    private static func blockSignals() {
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
