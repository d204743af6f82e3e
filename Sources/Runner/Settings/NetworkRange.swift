internal import CLinux
import Glibc

/// An IP address or a block of them (`10.0.0.0/8`, `fd00::/8`).
///
/// An IPv4 address and the same one mapped into IPv6 (`::ffff:10.0.0.1`) are one.
package struct NetworkRange: Sendable, Equatable {
    /// The 128 bits of an address, IPv4 mapped.
    private let high: UInt64
    private let low: UInt64
    private let prefixLength: Int

    /// Refuses anything else, and a block whose address has bits behind its prefix.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first.flatMap({ String($0) }),
            let (high, low, isIPv4) = NetworkRange.bits(of: address)
        else { return nil }
        let width = isIPv4 ? 32 : 128
        var prefix = width
        if parts.count == 2 {
            guard let length = String(parts[1]).flatMap(NetworkRange.decimal), length <= width
            else { return nil }
            prefix = length
        }
        let length = prefix + 128 - width
        let mask = NetworkRange.mask(length)
        guard high & ~mask.high == 0, low & ~mask.low == 0 else { return nil }
        (self.high, self.low, prefixLength) = (high, low, length)
    }

    /// True where this address, given as text, is in the block.
    package func contains(_ address: String) -> Bool {
        guard let (high, low, _) = NetworkRange.bits(of: address) else { return false }
        let mask = NetworkRange.mask(prefixLength)
        return high & mask.high == self.high && low & mask.low == self.low
    }

    /// True for one IP address, without a port or a prefix.
    package static func isAddress(_ text: String) -> Bool { bits(of: text) != nil }

    private static func mask(_ length: Int) -> (high: UInt64, low: UInt64) {
        let high = length == 0 ? 0 : UInt64.max << UInt64(max(0, 64 - length))
        let low = length <= 64 ? 0 : UInt64.max << UInt64(128 - length)
        return (high, low)
    }

    private static func decimal(_ text: String) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }

    private static func bits(of text: String) -> (UInt64, UInt64, isIPv4: Bool)? {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            return (0, 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: four.s_addr)), true)
        }
        var six = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let (high, low) = unsafe withUnsafeBytes(of: &six) {
            unsafe ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self))
        }
        return (UInt64(bigEndian: high), UInt64(bigEndian: low), false)
    }
}
