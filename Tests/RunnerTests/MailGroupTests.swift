import Glibc
import Runner
import Testing

/// One thread that does together what waits together.
struct MailGroupTests {
    /// Work that waits at a gate and remembers its groups.
    private final class Gate: Sendable {
        let groups = Lock<[[Int]]>([])
        private let isOpen = Lock(false)

        func open() { isOpen.withLock { $0 = true } }

        func pass(_ group: [Int]) -> [Int] {
            groups.withLock { $0.append(group) }
            while !isOpen.withLock({ $0 }) { usleep(1_000) }
            return group.map { $0 * 10 }
        }

        func hasBegun() async {
            while groups.withLock({ $0.isEmpty }) { await Task.yield() }
        }
    }

    private func group(_ gate: Gate, waiting: Int = 8) -> GroupedWork<Int, Int> {
        var limits = GroupedWork<Int, Int>.Limits()
        limits.group = 4
        limits.waiting = waiting
        return GroupedWork("test", limits) { gate.pass($0) }
    }

    @Test func `what comes while a group is done is the next group`() async {
        let gate = Gate()
        let group = group(gate)
        async let first = group.run(0)
        await gate.hasBegun()
        let rest = await withTaskGroup { tasks in
            // Each in its place before the gate opens: a task that starts at once enqueues at once.
            for number in 1...6 { tasks.addImmediateTask { await group.run(number) } }
            gate.open()
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(await first == 0)
        #expect(Set(rest) == [10, 20, 30, 40, 50, 60])
        #expect(gate.groups.withLock { $0 } == [[0], [1, 2, 3, 4], [5, 6]])
        group.stop()
    }

    @Test func `what finds no room, is cancelled or stopped gets nothing, at once`() async {
        let gate = Gate()
        let group = group(gate, waiting: 2)
        async let first = group.run(0)
        await gate.hasBegun()
        let cancelled = Task.immediate { await group.run(1) }
        let waiting = Task.immediate { await group.run(2) }
        #expect(await group.run(3) == nil)
        cancelled.cancel()
        #expect(await cancelled.value == nil)
        gate.open()
        #expect(await first == 0)
        #expect(await waiting.value == 20)
        group.stop()
        #expect(await group.run(4) == nil)
        #expect(gate.groups.withLock { $0 } == [[0], [2]])
    }
}
