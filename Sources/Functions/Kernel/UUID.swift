/// A UUID of any version (RFC 9562), as two big-endian halves.
///
/// Taken in either letter case and written in small letters. Ordered as its bytes are, so that
/// version 7 sorts by time.
package struct UUID: Hashable, Comparable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The 36 characters `8-4-4-4-12`, and nothing else.
    package init?(_ text: some Collection<UInt8>) {
        guard text.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        var position = 0
        for byte in text {
            defer { position += 1 }
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = UUID.digit(byte) else { return nil }
            if digits < 16 {
                halves.0 = halves.0 << 4 | digit
            } else {
                halves.1 = halves.1 << 4 | digit
            }
            digits += 1
        }
        self.init(high: halves.0, low: halves.1)
    }

    package init?(_ text: String) { self.init(text.utf8) }

    /// Version 7: 48 bits of milliseconds, then the counter's 12 bits and 62 random ones.
    package init(milliseconds: Int64, counter: UInt64, random: UInt64) {
        self.init(
            high: UInt64(bitPattern: milliseconds) << 16 | 0x7000 | (counter & 0xFFF),
            low: 0x8000_0000_0000_0000 | (random >> 2)
        )
    }

    package var text: String {
        unsafe String(unsafeUninitializedCapacity: UUID.length) { buffer in
            unsafe write(to: buffer)
            return UUID.length
        }
    }

    package func append(to bytes: inout ContiguousArray<UInt8>) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: UUID.length) { buffer in
            unsafe write(to: buffer)
            unsafe bytes.append(contentsOf: buffer)
        }
    }

    /// How many characters its text has.
    package static let length = 36

    package static func < (left: UUID, right: UUID) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    /// Writes the text to the memory's first 36 bytes.
    package func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
        precondition(buffer.count >= UUID.length)
        var position = 0
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                unsafe buffer[position] = UInt8(ascii: "-")
                position &+= 1
            }
            let half = digit < 16 ? high : low
            let value = UInt8(truncatingIfNeeded: half &>> UInt64(60 &- (digit & 15) &* 4) & 15)
            unsafe buffer[position] = value < 10 ? 48 &+ value : 87 &+ value
            position &+= 1
        }
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 48...57: UInt64(byte - 48)
        case 65...70: UInt64(byte - 55)
        case 97...102: UInt64(byte - 87)
        default: nil
        }
    }
}

extension UUID: CustomStringConvertible {
    package var description: String { text }
}
