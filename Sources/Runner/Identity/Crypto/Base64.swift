/// Base64 (RFC 4648 §4) and its form for URLs without padding (§5).
///
/// Decoding is strict: no foreign character, no missing or superfluous padding, no bits set that
/// encode nothing; so a value has one encoding only.
package enum Base64 {
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        encode(bytes, standard, pads: true)
    }

    package static func encodeURL(_ bytes: some Collection<UInt8>) -> String {
        encode(bytes, url, pads: false)
    }

    package static func decode(_ text: some Collection<UInt8>) -> ContiguousArray<UInt8>? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reduce(0) { $1 == UInt8(ascii: "=") ? $0 + 1 : 0 }
        return decode(text.dropLast(padding), standardValues)
    }

    package static func decodeURL(_ text: some Collection<UInt8>) -> ContiguousArray<UInt8>? {
        decode(text, urlValues)
    }

    private static let letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = ContiguousArray((letters + "+/").utf8)
    private static let url = ContiguousArray((letters + "-_").utf8)
    private static let standardValues = values(of: standard)
    private static let urlValues = values(of: url)

    /// What each byte stands for; 255 where it stands for nothing.
    private static func values(of alphabet: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
        var values = ContiguousArray<UInt8>(repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }

    private static func encode(
        _ bytes: some Collection<UInt8>,
        _ alphabet: ContiguousArray<UInt8>,
        pads: Bool
    ) -> String {
        var text = ContiguousArray<UInt8>()
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        while pads && text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(
        _ text: some Collection<UInt8>,
        _ values: ContiguousArray<UInt8>
    ) -> ContiguousArray<UInt8>? {
        guard text.count % 4 != 1 else { return nil }
        var bytes = ContiguousArray<UInt8>()
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for letter in text {
            let value = values[Int(letter)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }
}
