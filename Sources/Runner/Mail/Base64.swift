/// The standard Base64 of RFC 4648 §4, with padding.
enum Base64 {
    private static let alphabet = ContiguousArray(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    static func encode(_ bytes: some Collection<UInt8>) -> ContiguousArray<UInt8> {
        var encoded = ContiguousArray<UInt8>()
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        func put(_ digits: Int) {
            for digit in 0..<4 {
                let index = Int(group >> UInt32(18 - 6 * digit) & 63)
                encoded.append(digit < digits ? alphabet[index] : UInt8(ascii: "="))
            }
        }
        for byte in bytes {
            group |= UInt32(byte) << UInt32(16 - 8 * held)
            held += 1
            guard held == 3 else { continue }
            put(4)
            (group, held) = (0, 0)
        }
        if held > 0 { put(held + 1) }
        return encoded
    }

    static func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    /// Nil for anything but whole groups of four; bits that say nothing must be zero.
    static func decode(_ text: some Collection<UInt8>) -> ContiguousArray<UInt8>? {
        guard text.count % 4 == 0 else { return nil }
        var digits = ContiguousArray(text)
        var padding = 0
        while padding < 2, digits.last == UInt8(ascii: "=") {
            digits.removeLast()
            padding += 1
        }
        var decoded = ContiguousArray<UInt8>()
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xFFF
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bits & ((1 << UInt32(count)) - 1) == 0 ? decoded : nil
    }
}
