/// Deadlines by slot number, coarse and cheap: a hashed wheel of doubly linked lists.
///
/// A slot has one entry, which may come up early: whoever takes it out looks at the real deadline and
/// sets it again. So a deadline that moves later, as most do, costs nothing.
struct TimerWheel: Sendable {
    private static let tick: Int64 = 16
    private static let buckets = 4096
    /// The head of each bucket's list, then each slot's neighbours and due tick; -1 is none.
    private var first = ContiguousArray<Int32>(repeating: -1, count: TimerWheel.buckets)
    private var next = ContiguousArray<Int32>()
    private var previous = ContiguousArray<Int32>()
    private var due = ContiguousArray<Int64>()
    private var count = 0
    /// All buckets before this tick are done with.
    private var current: Int64
    /// No entry is due before this tick.
    private var earliest = Int64.max

    init(now: Int64) { current = now / TimerWheel.tick }

    /// Sees to it that the slot comes up at this moment or before.
    mutating func set(_ slot: Int, at milliseconds: Int64) {
        while due.count <= slot {
            next.append(-1)
            previous.append(-1)
            due.append(.max)
        }
        // Rounded up: an entry never comes up before its time. One beyond the wheel comes up early.
        let wanted = min(
            max((milliseconds + TimerWheel.tick - 1) / TimerWheel.tick, current),
            current + Int64(TimerWheel.buckets) - 1
        )
        guard wanted < due[slot] else { return }
        remove(slot)
        insert(slot, wanted)
    }

    mutating func remove(_ slot: Int) {
        guard slot < due.count, due[slot] != .max else { return }
        let bucket = Int(due[slot] % Int64(TimerWheel.buckets))
        let after = next[slot]
        let before = previous[slot]
        if before >= 0 { next[Int(before)] = after } else { first[bucket] = after }
        if after >= 0 { previous[Int(after)] = before }
        due[slot] = .max
        count -= 1
    }

    /// Takes out a slot that is due, or nil where none is.
    mutating func popDue(now milliseconds: Int64) -> Int? {
        let now = milliseconds / TimerWheel.tick
        guard count > 0, earliest <= now else {
            current = max(current, count == 0 ? now : min(now, earliest))
            return nil
        }
        current = max(current, earliest)
        while current <= now {
            let slot = first[Int(current % Int64(TimerWheel.buckets))]
            if slot >= 0 {
                remove(Int(slot))
                earliest = current
                return Int(slot)
            }
            current += 1
        }
        earliest = scan()
        return nil
    }

    /// How long until an entry may be due; nil where there is none.
    func wait(now milliseconds: Int64) -> Int64? {
        count == 0 ? nil : max(0, earliest * TimerWheel.tick - milliseconds)
    }

    private mutating func insert(_ slot: Int, _ tick: Int64) {
        let bucket = Int(tick % Int64(TimerWheel.buckets))
        let head = first[bucket]
        next[slot] = head
        previous[slot] = -1
        if head >= 0 { previous[Int(head)] = Int32(slot) }
        first[bucket] = Int32(slot)
        due[slot] = tick
        earliest = count == 0 ? tick : min(earliest, tick)
        count += 1
    }

    /// The tick of the next bucket that is not empty.
    private func scan() -> Int64 {
        guard count > 0 else { return .max }
        for offset in 0..<Int64(TimerWheel.buckets)
        where first[Int((current + offset) % Int64(TimerWheel.buckets))] >= 0 {
            return current + offset
        }
        return .max
    }
}
