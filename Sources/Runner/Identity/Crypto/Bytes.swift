internal import COpenSSL

extension Collection<UInt8> {
    /// Gives the bytes in one piece, copied only where they do not lie in one.
    @safe func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let direct = withContiguousStorageIfAvailable { bytes in
            unsafe body(UnsafeRawBufferPointer(bytes))
        }
        if let direct { return direct }
        return unsafe ContiguousArray(self).withUnsafeBytes { unsafe body($0) }
    }
}

extension UnsafeRawBufferPointer {
    /// The first byte, for C functions that want bytes and not `void *`.
    var firstByte: UnsafePointer<UInt8>? {
        unsafe baseAddress?.assumingMemoryBound(to: UInt8.self)
    }
}

/// Bytes that nobody can guess.
package enum RandomBytes {
    /// OpenSSL's generator fails only where the system has no entropy at all; then nothing that
    /// follows could be safe.
    package static func make(_ count: Int) -> ContiguousArray<UInt8> {
        unsafe ContiguousArray(unsafeUninitializedCapacity: count) { buffer, filled in
            let result = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
            precondition(result == 1, "the system gives no random bytes")
            filled = count
        }
    }

    package static func word() -> UInt64 {
        var word: UInt64 = 0
        for byte in make(8) { word = word << 8 | UInt64(byte) }
        return word
    }
}

/// Compares secrets in a time that depends on their length only.
package enum ConstantTime {
    package static func areEqual(
        _ left: some Collection<UInt8>,
        _ right: some Collection<UInt8>
    ) -> Bool {
        guard left.count == right.count else { return false }
        return left.withBytes { leftBytes in
            right.withBytes { rightBytes in
                guard let first = leftBytes.baseAddress,
                    let second = rightBytes.baseAddress
                else { return true }
                return unsafe CRYPTO_memcmp(first, second, leftBytes.count) == 0
            }
        }
    }
}
