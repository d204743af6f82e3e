internal import CLinux
package import Functions

/// The machine's clocks.
package enum SystemClock {
    /// The time of day, which may be set back.
    package static func now() -> Timestamp {
        Timestamp(milliseconds: linux_wall_milliseconds())
    }

    /// Nanoseconds since some moment: only differences mean something; never runs back.
    package static func nanoseconds() -> UInt64 {
        UInt64(bitPattern: linux_monotonic_nanoseconds())
    }
}
