internal import CLinux
package import Functions
internal import Glibc

/// Makes UUIDs of version 7 in rising order, whatever the clock does.
///
/// Within a millisecond the 12 bits behind the time count up from a random start; when they run
/// out, the next millisecond is borrowed. The 62 bits at the end are random.
package struct IdentifierSource<Random: RandomNumberGenerator> {
    private var random: Random
    private var milliseconds: Int64 = 0
    private var counter: UInt64 = 0

    package init(random: Random) { self.random = random }

    package mutating func next(milliseconds now: Int64) -> UUID {
        if now > milliseconds {
            milliseconds = now
            counter = random.next() & 0x7FF
        } else if counter < 0xFFF {
            counter += 1
        } else {
            milliseconds += 1
            counter = random.next() & 0x7FF
        }
        return UUID(milliseconds: milliseconds, counter: counter, random: random.next())
    }

    /// Those that follow lie above this one, also where the clock has been set back since.
    package mutating func rise(above identifier: UUID) {
        let made = Int64(identifier.high >> 16)
        if made >= milliseconds {
            milliseconds = made + 1
            counter = random.next() & 0x7FF
        }
    }
}

/// The kernel's random numbers, 32 at a call: `getentropy` gives no more at once.
package struct KernelRandom: RandomNumberGenerator, Sendable {
    private var numbers = ContiguousArray<UInt64>(repeating: 0, count: 32)
    private var used = 32

    package init() {}

    package mutating func next() -> UInt64 {
        if used == numbers.count { refill() }
        defer { used += 1 }
        return numbers[used]
    }

    private mutating func refill() {
        let got = unsafe numbers.withUnsafeMutableBytes { bytes in
            unsafe getentropy(bytes.baseAddress, bytes.count)
        }
        precondition(got == 0, "the kernel gives no random bytes")
        used = 0
    }
}

/// The process's identifiers, for any thread.
package final class Identifiers: Sendable {
    package static let shared = Identifiers()

    private let source = Lock(IdentifierSource(random: KernelRandom()))

    package init() {}

    /// Goes on above what an earlier process has made.
    package func rise(above identifier: UUID) {
        source.withLock { $0.rise(above: identifier) }
    }

    package func next() -> UUID {
        source.withLock { $0.next(milliseconds: linux_wall_milliseconds()) }
    }
}
