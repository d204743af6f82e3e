internal import COpenSSL

/// Makes OpenSSL's public keys from a JSON Web Key's members.
///
/// The caller frees what it is given.
enum KeyBuilder {
    static func rsa(
        modulus: some Collection<UInt8>,
        exponent: some Collection<UInt8>
    ) -> OpaquePointer? {
        // 8,192 bits: a longer modulus would make each check a burden.
        guard modulus.count <= 1024, exponent.count <= 8 else { return nil }
        guard let n = unsafe number(modulus) else { return nil }
        defer { unsafe BN_free(n) }
        guard let e = unsafe number(exponent) else { return nil }
        defer { unsafe BN_free(e) }
        return unsafe build("RSA") { parameters in
            unsafe OSSL_PARAM_BLD_push_BN(parameters, openssl_rsa_modulus, n) == 1
                && OSSL_PARAM_BLD_push_BN(parameters, openssl_rsa_exponent, e) == 1
        }
    }

    /// A key on P-256 by its uncompressed point.
    static func elliptic(point: [UInt8]) -> OpaquePointer? {
        unsafe point.withUnsafeBufferPointer { point in
            unsafe build("EC") { parameters in
                unsafe OSSL_PARAM_BLD_push_utf8_string(
                    parameters,
                    openssl_group_name,
                    openssl_p256,
                    0
                ) == 1
                    && OSSL_PARAM_BLD_push_octet_string(
                        parameters,
                        openssl_public_point,
                        point.baseAddress,
                        point.count
                    ) == 1
            }
        }
    }

    private static func number(_ bytes: some Collection<UInt8>) -> OpaquePointer? {
        bytes.withBytes { unsafe BN_bin2bn($0.firstByte, Int32($0.count), nil) }
    }

    private static func build(
        _ kind: String,
        _ fill: (OpaquePointer) -> Bool
    ) -> OpaquePointer? {
        defer { ERR_clear_error() }
        guard let builder = unsafe OSSL_PARAM_BLD_new() else { return nil }
        defer { unsafe OSSL_PARAM_BLD_free(builder) }
        guard unsafe fill(builder), let parameters = unsafe OSSL_PARAM_BLD_to_param(builder) else {
            return nil
        }
        defer { unsafe OSSL_PARAM_free(parameters) }
        return unsafe checkedKey(kind, parameters)
    }

    private static func checkedKey(
        _ kind: String,
        _ parameters: UnsafeMutablePointer<OSSL_PARAM>
    ) -> OpaquePointer? {
        guard let maker = unsafe EVP_PKEY_CTX_new_from_name(nil, kind, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(maker) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_fromdata_init(maker) == 1,
            unsafe EVP_PKEY_fromdata(maker, &key, openssl_public_key_selection, parameters) == 1,
            let key = unsafe key
        else { return nil }
        guard let checker = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            unsafe EVP_PKEY_free(key)
            return nil
        }
        defer { unsafe EVP_PKEY_CTX_free(checker) }
        if unsafe EVP_PKEY_public_check(checker) == 1 { return unsafe key }
        unsafe EVP_PKEY_free(key)
        return nil
    }
}
