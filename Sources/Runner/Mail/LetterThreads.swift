import CLinux
import Glibc
import Synchronization

/// Tells work that nobody waits for it any more.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }
    func cancel() { flag.store(true, ordering: .relaxed) }
}

/// A few threads for work that blocks, so that it blocks nothing else.
///
/// A thread starts when work waits and none is free, and ends when it has had none for a while; what
/// it keeps between two pieces of work (a connection) lives and ends with it. Work has a key: of one
/// key few pieces run and few wait, so that the trouble of one leaves room for the others.
final class LetterThreads<Kept>: Sendable {
    struct Limits: Sendable {
        var threads = 8
        var runningPerKey = 2
        var waitingPerKey = 512
        var waiting = 1_024
        var idleSeconds = 5
    }

    fileprivate struct Job: Sendable {
        let key: String
        let cancellation: Cancellation
        /// Does the work and answers how to tell its result: once the thread is free again, so that
        /// who sends the next piece finds it so.
        let work: @Sendable (inout Kept?) -> @Sendable () -> Void
    }

    private struct State: Sendable {
        var waiting: [Job] = []
        var running: [String: Int] = [:]
        var underWay: [ObjectIdentifier: Cancellation] = [:]
        /// Threads that work or will take some, those of them that have none, and all there are.
        var serving = 0
        var idle = 0
        var alive = 0
        var isStopped = false
    }

    private let limits: Limits
    private let state = Monitor(State())

    init(_ limits: Limits) { self.limits = limits }

    /// Runs the work on one of the threads.
    ///
    /// Nil if there is no room, if all is stopped, or if the task is cancelled: then at once, and
    /// the work is told by its cancellation.
    func run<Result: Sendable>(
        key: String,
        _ work: @escaping @Sendable (inout Kept?, Cancellation) -> Result
    ) async -> Result? {
        let cancellation = Cancellation()
        let answer = ThreadResult<Result>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.wait(continuation)
                let job = Job(key: key, cancellation: cancellation) { kept in
                    let result = cancellation.isCancelled ? nil : work(&kept, cancellation)
                    return { answer.give(result) }
                }
                if !enqueue(job) { answer.give(nil) }
            }
        } onCancel: {
            cancellation.cancel()
            answer.give(nil)
        }
    }

    /// Takes no more work, cancels what is there and waits up to two seconds for its end.
    func stop() {
        state.update { state in
            state.isStopped = true
            for job in state.waiting { job.cancellation.cancel() }
            for cancellation in state.underWay.values { cancellation.cancel() }
        }
        _ = state.wait(seconds: 2) { state, _ in state.alive == 0 ? true : nil }
    }

    private func enqueue(_ job: Job) -> Bool {
        let (isTaken, needsThread) = state.update { state -> (Bool, Bool) in
            let ofKey = state.waiting.count { $0.key == job.key }
            guard !state.isStopped, state.waiting.count < limits.waiting,
                ofKey < limits.waitingPerKey
            else { return (false, false) }
            state.waiting.append(job)
            guard state.idle < state.waiting.count, state.serving < limits.threads else {
                return (true, false)
            }
            state.serving += 1
            state.alive += 1
            return (true, true)
        }
        guard needsThread, !SystemThread.detach("letters", { [self] in serve() }) else {
            return isTaken
        }
        state.update { state in
            state.serving -= 1
            state.alive -= 1
            state.waiting.removeAll { $0.cancellation === job.cancellation }
        }
        return false
    }

    /// The life of a thread.
    private func serve() {
        var kept: Kept?
        state.update { $0.idle += 1 }
        while let job = next() {
            let tell = job.work(&kept)
            finish(job)
            tell()
        }
        kept = nil
        state.update { $0.alive -= 1 }
    }

    /// The next piece of work, or nil when this thread is to end.
    private func next() -> Job? {
        let job: Job?? = state.wait(seconds: limits.idleSeconds) { [limits] state, isLast in
            let free = state.waiting.firstIndex {
                state.running[$0.key, default: 0] < limits.runningPerKey
            }
            guard free != nil || isLast || state.isStopped else { return nil }
            state.idle -= 1
            guard let free else {
                state.serving -= 1
                return .some(nil)
            }
            let job = state.waiting.remove(at: free)
            state.running[job.key, default: 0] += 1
            state.underWay[ObjectIdentifier(job.cancellation)] = job.cancellation
            return job
        }
        return job ?? nil
    }

    private func finish(_ job: Job) {
        state.update { state in
            state.underWay[ObjectIdentifier(job.cancellation)] = nil
            let running = state.running[job.key, default: 1] - 1
            state.running[job.key] = running == 0 ? nil : running
            state.idle += 1
        }
    }
}
