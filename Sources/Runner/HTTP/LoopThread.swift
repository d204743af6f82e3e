internal import CLinux
internal import Glibc

/// A thread of the operating system, off Swift's own pool, which must never be blocked.
enum LoopThread {
    static func start(
        _ name: String,
        _ body: @escaping @Sendable () -> Void
    ) throws(ServerError) -> pthread_t {
        let box = unsafe Unmanaged.passRetained(Box(name, body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                // Released here, once: the thread owns what it was given.
                let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                _ = unsafe linux_name_thread(pthread_self(), box.name)
                box.body()
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

    private final class Box: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
