internal import COpenSSL

/// An RSA key that signs tokens.
///
/// Immutable once made, and OpenSSL lets many threads sign with one key at once.
@safe package final class PrivateKey: @unchecked Sendable {
    private let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// A new key of 2,048 bits.
    package static func generate() -> PrivateKey {
        let context = unsafe need(EVP_PKEY_CTX_new_from_name(nil, "RSA", nil))
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        unsafe EVP_PKEY_keygen_init(context)
        unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048)
        unsafe EVP_PKEY_generate(context, &key)
        return unsafe PrivateKey(owning: need(key))
    }

    /// A key written by `pem`; nil where it is none, or needs a pass phrase.
    package init?(pem: String) {
        var pem = pem
        let read = pem.withUTF8 { text -> OpaquePointer? in
            guard let source = unsafe BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            // Without a callback OpenSSL would ask the terminal for a pass phrase.
            return unsafe PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil)
        }
        ERR_clear_error()
        guard let read = unsafe read else { return nil }
        unsafe pointer = read
    }

    /// PKCS #8, not encrypted: for a file that is the owner's alone.
    package var pem: String {
        let sink = unsafe PrivateKey.need(BIO_new(BIO_s_mem()))
        defer { unsafe BIO_free(sink) }
        let written = unsafe PEM_write_bio_PKCS8PrivateKey(sink, pointer, nil, nil, 0, nil, nil)
        precondition(written == 1, "OpenSSL does not write a key that it made")
        let count = unsafe Int(BIO_ctrl_pending(sink))
        return unsafe String(unsafeUninitializedCapacity: count) { buffer in
            unsafe Int(BIO_read(sink, buffer.baseAddress, Int32(count)))
        }
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256: JOSE's RS256.
    package func sign(_ message: some Collection<UInt8>) -> ContiguousArray<UInt8> {
        let context = unsafe PrivateKey.need(EVP_MD_CTX_new())
        defer { unsafe EVP_MD_CTX_free(context) }
        let hash = unsafe HashFunction.sha256.pointer
        let begun = unsafe EVP_DigestSignInit(context, nil, hash, nil, pointer)
        precondition(begun == 1, "OpenSSL does not sign with a key that it made")
        let capacity = unsafe Int(EVP_PKEY_get_size(pointer))
        return message.withBytes { message in
            unsafe ContiguousArray(unsafeUninitializedCapacity: capacity) { buffer, count in
                count = capacity
                let signed = unsafe EVP_DigestSign(
                    context,
                    buffer.baseAddress,
                    &count,
                    message.firstByte,
                    message.count
                )
                precondition(signed == 1, "OpenSSL does not sign with a key that it made")
            }
        }
    }

    /// What OpenSSL gives unless it is out of memory or built without RSA: nothing could go on then.
    private static func need(_ pointer: OpaquePointer?) -> OpaquePointer {
        if let pointer = unsafe pointer { return unsafe pointer }
        // Neither a request nor a setting can bring this about, and no answer could be right.
        preconditionFailure("OpenSSL does not work")
    }

    /// The public half, to check with what this key signed.
    ///
    /// It is the same key to OpenSSL, which made it: no need to take it apart, build it anew and
    /// have its numbers checked, which takes milliseconds.
    package var publicKey: PublicKey {
        unsafe EVP_PKEY_up_ref(pointer)
        return unsafe PublicKey(owningRSA: pointer)
    }

    package var modulus: ContiguousArray<UInt8> { number(OSSL_PKEY_PARAM_RSA_N) }
    package var exponent: ContiguousArray<UInt8> { number(OSSL_PKEY_PARAM_RSA_E) }

    /// The public half as DER (SubjectPublicKeyInfo).
    package var publicDER: ContiguousArray<UInt8> {
        let capacity = unsafe Int(i2d_PUBKEY(pointer, nil))
        precondition(capacity > 0, "OpenSSL does not encode a key that it made")
        return unsafe ContiguousArray(unsafeUninitializedCapacity: capacity) { buffer, count in
            var cursor = buffer.baseAddress
            count = unsafe Int(i2d_PUBKEY(pointer, &cursor))
        }
    }

    private func number(_ name: String) -> ContiguousArray<UInt8> {
        var number: OpaquePointer?
        let found = unsafe EVP_PKEY_get_bn_param(pointer, name, &number)
        precondition(found == 1, "an RSA key lacks one of its numbers")
        defer { unsafe BN_free(number) }
        let capacity = unsafe Int(BN_num_bits(number) + 7) / 8
        return unsafe ContiguousArray(unsafeUninitializedCapacity: capacity) { buffer, count in
            count = unsafe Int(BN_bn2bin(number, buffer.baseAddress))
        }
    }
}
