internal import COpenSSL

/// A password, kept so that it can be checked and not read: PBKDF2 with HMAC-SHA-256.
///
/// Slow on purpose (some 100 ms): never on an event loop.
package struct PasswordHash: Sendable, Equatable {
    /// What OWASP asks of PBKDF2 with SHA-256, and Keycloak's own default for it.
    package static let standardIterations = 600_000

    package let salt: ContiguousArray<UInt8>
    package let iterations: Int
    package let hash: ContiguousArray<UInt8>

    package init(salt: ContiguousArray<UInt8>, iterations: Int, hash: ContiguousArray<UInt8>) {
        self.salt = salt
        self.iterations = iterations
        self.hash = hash
    }

    package init(password: String) {
        let salt = RandomBytes.make(16)
        self.init(
            salt: salt,
            iterations: PasswordHash.standardIterations,
            hash: PasswordHash.derive(password, salt, PasswordHash.standardIterations)
        )
    }

    package func matches(_ password: String) -> Bool {
        ConstantTime.areEqual(PasswordHash.derive(password, salt, iterations), hash)
    }

    private static func derive(
        _ password: String,
        _ salt: ContiguousArray<UInt8>,
        _ iterations: Int
    ) -> ContiguousArray<UInt8> {
        password.utf8.withBytes { password in
            salt.withBytes { salt in
                unsafe ContiguousArray(unsafeUninitializedCapacity: 32) { buffer, count in
                    let result = unsafe PKCS5_PBKDF2_HMAC(
                        password.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32(password.count),
                        salt.firstByte,
                        Int32(salt.count),
                        Int32(iterations),
                        HashFunction.sha256.pointer,
                        32,
                        buffer.baseAddress
                    )
                    precondition(result == 1, "PBKDF2 is missing from OpenSSL")
                    count = 32
                }
            }
        }
    }
}
