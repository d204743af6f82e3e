/// One thread that does together what waits together.
///
/// For work whose cost is one wait for the disk, however much there is of it: while the thread does
/// a group, the next one gathers. The thread starts when something waits and none is there, and
/// ends when it has had nothing to do for a while.
package final class GroupedWork<Item: Sendable, Result: Sendable>: Sendable {
    package struct Limits: Sendable {
        package var group = 256
        package var waiting = 1_024
        package var idleSeconds = 5

        package init() {}
    }

    private struct Entry: Sendable {
        let item: Item
        let result: ThreadResult<Result>
    }

    private struct State: Sendable {
        var waiting: [Entry] = []
        var hasThread = false
        var isStopped = false
    }

    private let name: String
    private let limits: Limits
    private let work: @Sendable ([Item]) -> [Result]
    private let state = Monitor(State())

    /// The work answers as many results as it is given items, in their order.
    package init(
        _ name: String,
        _ limits: Limits = .init(),
        work: @escaping @Sendable ([Item]) -> [Result]
    ) {
        self.name = name
        self.limits = limits
        self.work = work
    }

    /// Nil if there is no room, if all is stopped, or if the task is cancelled: then at once, and
    /// the work is left out if it has not begun.
    package func run(_ item: Item) async -> Result? {
        let result = ThreadResult<Result>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                result.wait(continuation)
                if !enqueue(Entry(item: item, result: result)) { result.give(nil) }
            }
        } onCancel: {
            result.give(nil)
        }
    }

    /// Takes no more work, drops what waits and gives what is under way two seconds to end.
    package func stop() {
        let dropped = state.update { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for entry in dropped { entry.result.give(nil) }
        _ = state.wait(seconds: 2) { state, _ in state.hasThread ? nil : true }
    }

    private func enqueue(_ entry: Entry) -> Bool {
        let (isTaken, needsThread) = state.update { state -> (Bool, Bool) in
            guard !state.isStopped, state.waiting.count < limits.waiting else {
                return (false, false)
            }
            state.waiting.append(entry)
            defer { state.hasThread = true }
            return (true, !state.hasThread)
        }
        guard needsThread, !SystemThread.detach(name, { [self] in serve() }) else { return isTaken }
        let dropped = state.update { state in
            state.hasThread = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for entry in dropped { entry.result.give(nil) }
        return isTaken
    }

    /// The life of the thread.
    private func serve() {
        while let group = next() {
            let wanted = group.filter { !$0.result.isGiven }
            guard !wanted.isEmpty else { continue }
            for (entry, result) in zip(wanted, work(wanted.map(\.item))) {
                entry.result.give(result)
            }
        }
    }

    /// What waits, or nil when the thread is to end.
    private func next() -> [Entry]? {
        let group: [Entry]?? = state.wait(seconds: limits.idleSeconds) { [limits] state, isLast in
            guard state.waiting.isEmpty else {
                defer { state.waiting.removeFirst(min(limits.group, state.waiting.count)) }
                return .some(Array(state.waiting.prefix(limits.group)))
            }
            guard isLast || state.isStopped else { return nil }
            state.hasThread = false
            return .some(nil)
        }
        return group ?? nil
    }
}
