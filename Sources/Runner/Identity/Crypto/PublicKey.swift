internal import COpenSSL

/// The signature algorithms of RFC 7518 that a token may bear here.
///
/// `none` and the symmetric ones are not among them: with those, whoever can check a token could
/// make one.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case es256 = "ES256"

    var hashFunction: HashFunction {
        switch self {
        case .rs256, .ps256, .es256: .sha256
        case .rs384: .sha384
        case .rs512: .sha512
        }
    }
}

/// A public key that signatures are checked with.
///
/// Immutable once made, and OpenSSL lets many threads verify with one key at once.
@safe package final class PublicKey: @unchecked Sendable {
    package enum Kind: Sendable { case rsa, ellipticP256 }

    package let kind: Kind
    private let pointer: OpaquePointer

    /// An RSA key that nothing is wrong with.
    init(owningRSA pointer: OpaquePointer) {
        kind = .rsa
        unsafe self.pointer = pointer
    }

    /// An RSA key by its modulus and exponent.
    ///
    /// Nil where OpenSSL finds it wrong, or where it is shorter than 2,048 bits.
    package init?(modulus: some Collection<UInt8>, exponent: some Collection<UInt8>) {
        guard let pointer = unsafe KeyBuilder.rsa(modulus: modulus, exponent: exponent) else {
            return nil
        }
        guard unsafe EVP_PKEY_get_bits(pointer) >= 2048 else {
            unsafe EVP_PKEY_free(pointer)
            return nil
        }
        kind = .rsa
        unsafe self.pointer = pointer
    }

    /// A key on the curve P-256 by its coordinates; nil where the point is not on the curve.
    package init?(x: some Collection<UInt8>, y: some Collection<UInt8>) {
        guard x.count == 32, y.count == 32,
            let pointer = unsafe KeyBuilder.elliptic(point: [4] + Array(x) + Array(y))
        else { return nil }
        kind = .ellipticP256
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// The algorithms that a key of this kind can serve.
    package var algorithms: [SignatureAlgorithm] {
        switch kind {
        case .rsa: [.rs256, .rs384, .rs512, .ps256]
        case .ellipticP256: [.es256]
        }
    }

    /// Whether this key made the signature; false for an algorithm that is not this key's.
    package func verifies(
        _ signature: some Collection<UInt8>,
        of message: some Collection<UInt8>,
        with algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        guard algorithm == .es256 else { return check(signature, message, algorithm) }
        guard let encoded = EllipticSignature.derEncoded(signature) else { return false }
        return check(encoded, message, algorithm)
    }

    private func check(
        _ signature: some Collection<UInt8>,
        _ message: some Collection<UInt8>,
        _ algorithm: SignatureAlgorithm
    ) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        // A failed check leaves errors in the thread's queue, where they would puzzle a later call.
        defer {
            unsafe EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var parameters: OpaquePointer?
        let hash = unsafe algorithm.hashFunction.pointer
        guard unsafe EVP_DigestVerifyInit(context, &parameters, hash, nil, pointer) == 1 else {
            return false
        }
        if algorithm == .ps256 {
            guard unsafe EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
                unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return false }
        }
        return signature.withBytes { signature in
            message.withBytes { message in
                unsafe EVP_DigestVerify(
                    context,
                    signature.firstByte,
                    signature.count,
                    message.firstByte,
                    message.count
                ) == 1
            }
        }
    }
}

/// JOSE's form of an ECDSA signature: two numbers of 32 bytes, one after the other.
enum EllipticSignature {
    /// The same numbers as OpenSSL wants them: DER, each without superfluous zeros.
    ///
    /// Nil unless there are exactly 64 bytes and neither number is zero.
    static func derEncoded(_ signature: some Collection<UInt8>) -> ContiguousArray<UInt8>? {
        guard signature.count == 64, let r = integer(signature.prefix(32)),
            let s = integer(signature.suffix(32))
        else { return nil }
        return [0x30, UInt8(r.count + s.count)] + r + s
    }

    private static func integer(_ bytes: some Collection<UInt8>) -> ContiguousArray<UInt8>? {
        let digits = bytes.drop { $0 == 0 }
        guard let first = digits.first else { return nil }
        let sign: ContiguousArray<UInt8> = first >= 0x80 ? [0] : []
        return [0x02, UInt8(digits.count + sign.count)] + sign + digits
    }
}
