internal import CLinux
internal import Glibc

/// A role while it serves: what ends it in an orderly way.
protocol RunningRole: Sendable {
    /// Not ready from now on; finishes what is in flight, within `ProcessEnding.drainMilliseconds`.
    func drain() async
}

/// The life of a process that serves: it starts, is told to end, and drains.
enum RoleProcess {
    /// Past this after the signal whatever is left is cut: ten seconds are promised.
    private static let patience = Duration.milliseconds(9_700)

    /// Serves until it is told to end; the exit code.
    static func serve(
        _ settings: Settings,
        _ start: (StandardLog, ProcessEnding) async throws -> any RunningRole
    ) async -> Int32 {
        let log = StandardLog(settings: settings)
        defer { log.flush() }
        do {
            let ending = try ProcessEnding.install()
            let role = try await start(log, ending)
            let hasFailed = await ending.wait()
            log.info("draining")
            let cutter = cutLater(log)
            await role.drain()
            cutter.cancel()
            log.info("the service has ended")
            return hasFailed ? ExitCode.failure : ExitCode.success
        } catch {
            log.error("the service cannot start: \(error)")
            return error is StoreOpenError ? ExitCode.busy : ExitCode.failure
        }
    }

    private static func cutLater(_ log: StandardLog) -> Task<Void, Never> {
        Task.detached {
            do { try await Task.sleep(for: patience) } catch { return }
            log.error("what is left does not end by itself: it is cut")
            log.flush()
            _exit(ExitCode.failure)
        }
    }
}
