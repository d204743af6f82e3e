internal import CLinux
internal import Glibc

/// What the first process of a container owes, where this program is it.
///
/// The kernel keeps the signals from it that it has said nothing about, and hands it every process
/// whose parent has ended.
enum FirstProcess {
    private static let ending = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

    /// Ends by the signals that end any process, and leaves no dead one behind; to be called once,
    /// before anything else handles signals.
    static func begin() {
        guard getpid() == 1 else { return }
        // Of children that nobody waits for the kernel keeps nothing: we start none ourselves.
        signal(SIGCHLD, SIG_IGN)
        for number in ending { signal(number) { number in _exit(128 + number) } }
    }
}
