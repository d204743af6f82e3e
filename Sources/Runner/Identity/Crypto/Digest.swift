internal import COpenSSL

/// The hash functions in use, each fetched from OpenSSL once: its look-up takes locks, which would
/// cost more than hashing a token.
@safe enum HashFunction: Sendable {
    case sha256
    case sha384
    case sha512

    private static nonisolated(unsafe) let fetched256 = unsafe EVP_MD_fetch(nil, "SHA256", nil)
    private static nonisolated(unsafe) let fetched384 = unsafe EVP_MD_fetch(nil, "SHA384", nil)
    private static nonisolated(unsafe) let fetched512 = unsafe EVP_MD_fetch(nil, "SHA512", nil)

    var pointer: OpaquePointer? {
        switch self {
        case .sha256: unsafe HashFunction.fetched256
        case .sha384: unsafe HashFunction.fetched384
        case .sha512: unsafe HashFunction.fetched512
        }
    }

    var count: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}

/// 256 bits, as four big-endian words: a key of a dictionary that costs no allocation.
package struct Digest: Hashable, Sendable {
    package let words: InlineWords

    /// Every bit of a digest is as good as random: a word of it says enough.
    package func hash(into hasher: inout Hasher) { hasher.combine(words.first) }

    package struct InlineWords: Hashable, Sendable {
        package let first: UInt64
        package let second: UInt64
        package let third: UInt64
        package let fourth: UInt64
    }

    package var bytes: ContiguousArray<UInt8> {
        var bytes = ContiguousArray<UInt8>()
        bytes.reserveCapacity(32)
        for word in [words.first, words.second, words.third, words.fourth] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }
}

package enum SHA256 {
    package static func hash(_ bytes: some Collection<UInt8>) -> Digest {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        bytes.withBytes { input in
            unsafe withUnsafeMutableBytes(of: &words) { output in
                let result = unsafe EVP_Digest(
                    input.baseAddress,
                    input.count,
                    output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    nil,
                    HashFunction.sha256.pointer,
                    nil
                )
                precondition(result == 1, "SHA-256 is missing from OpenSSL")
            }
        }
        return Digest(
            words: .init(
                first: UInt64(bigEndian: words.0),
                second: UInt64(bigEndian: words.1),
                third: UInt64(bigEndian: words.2),
                fourth: UInt64(bigEndian: words.3)
            )
        )
    }
}

package enum HMAC {
    package static func sha256(
        key: some Collection<UInt8>,
        _ message: some Collection<UInt8>
    ) -> ContiguousArray<UInt8> {
        code(.sha256, key: key, message)
    }

    package static func sha512(
        key: some Collection<UInt8>,
        _ message: some Collection<UInt8>
    ) -> ContiguousArray<UInt8> {
        code(.sha512, key: key, message)
    }

    private static func code(
        _ function: HashFunction,
        key: some Collection<UInt8>,
        _ message: some Collection<UInt8>
    ) -> ContiguousArray<UInt8> {
        key.withBytes { key in
            message.withBytes { message in
                unsafe ContiguousArray(unsafeUninitializedCapacity: function.count) {
                    buffer,
                    count in
                    let result = unsafe COpenSSL.HMAC(
                        function.pointer,
                        key.baseAddress,
                        Int32(key.count),
                        message.firstByte,
                        message.count,
                        buffer.baseAddress,
                        nil
                    )
                    unsafe precondition(result != nil, "HMAC is missing from OpenSSL")
                    count = function.count
                }
            }
        }
    }
}
