/// Where a request stands in a distributed trace: W3C's `traceparent`.
package struct TraceContext: Sendable, Equatable {
    package let traceHigh: UInt64
    package let traceLow: UInt64
    /// The span of whoever called.
    package let parent: UInt64
    package let flags: UInt8

    /// A new trace.
    package init(using random: inout some RandomNumberGenerator, isSampled: Bool = false) {
        traceHigh = random.next()
        traceLow = max(1, random.next() as UInt64)
        parent = max(1, random.next() as UInt64)
        flags = isSampled ? 1 : 0
    }

    /// Reads a field's value; nil for anything that the recommendation says to ignore.
    ///
    /// A later version is read as far as this one goes.
    package init?(_ text: some Collection<UInt8>) {
        let bytes = Array(text)
        let hyphen = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == hyphen, bytes[35] == hyphen, bytes[52] == hyphen,
            let version = TraceContext.number(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || (version > 0 && bytes[55] == hyphen),
            let high = TraceContext.number(bytes[3..<19]),
            let low = TraceContext.number(bytes[19..<35]),
            let parent = TraceContext.number(bytes[36..<52]),
            let flags = TraceContext.number(bytes[53..<55]),
            high | low != 0, parent != 0
        else { return nil }
        (traceHigh, traceLow, self.parent) = (high, low, parent)
        // Only the sampled bit is defined; the others are not passed on.
        self.flags = UInt8(flags & 1)
    }

    private init(_ other: TraceContext, parent: UInt64) {
        (traceHigh, traceLow, flags) = (other.traceHigh, other.traceLow, other.flags)
        self.parent = parent
    }

    /// The same trace, for a call that this span makes.
    package func child(using random: inout some RandomNumberGenerator) -> TraceContext {
        TraceContext(self, parent: max(1, random.next() as UInt64))
    }

    /// The 32 digits that name the trace.
    package var traceID: String {
        TraceContext.digits(traceHigh, 16) + TraceContext.digits(traceLow, 16)
    }

    /// The field's value.
    package var text: String {
        "00-\(traceID)-\(TraceContext.digits(parent, 16))-\(TraceContext.digits(UInt64(flags), 2))"
    }

    private static func digits(_ value: UInt64, _ width: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: width - text.utf8.count) + text
    }

    /// Small hexadecimal digits only.
    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for byte in bytes {
            switch byte {
            case 48...57: value = value << 4 | UInt64(byte - 48)
            case 97...102: value = value << 4 | UInt64(byte - 87)
            default: return nil
            }
        }
        return value
    }
}
