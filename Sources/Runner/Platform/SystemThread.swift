internal import CLinux
internal import Glibc

/// Threads of the operating system: for what may block, which Swift's own pool must never do.
enum SystemThread {
    /// The stack of a thread, in bytes; little of it is ever touched.
    private static let stackSize = 512 * 1_024

    /// Starts one, to be joined by its handle or detached.
    ///
    /// It takes no signals: those are for the thread that started first.
    static func start(
        _ name: String,
        _ body: @escaping @Sendable () -> Void
    ) throws(ServerError) -> pthread_t {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        let box = unsafe Unmanaged.passRetained(Box(name, body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                // Released here, once: the thread owns what it was given.
                let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                box.run()
                return nil
            },
            box.toOpaque()
        )
        guard code == 0 else {
            unsafe box.release()
            throw ServerError.system("a thread", code)
        }
        return thread
    }

    /// Starts one that nobody joins; false where the system has none left.
    static func detach(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        guard let thread = try? start(name, body) else { return false }
        pthread_detach(thread)
        return true
    }

    private final class Box: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            var all = sigset_t()
            unsafe sigfillset(&all)
            unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
            _ = unsafe linux_name_thread(pthread_self(), name)
            body()
        }
    }
}
