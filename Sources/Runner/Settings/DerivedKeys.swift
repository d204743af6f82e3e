/// The keys of the service, each derived from `SECRET_KEY` for one purpose.
///
/// Whoever has one of them knows neither another nor the secret. The same for the same secret in
/// every process.
package struct DerivedKeys: Sendable {
    /// Seals the cursors of lists.
    package let cursor: ContiguousArray<UInt8>
    /// Digests requests that hold a password.
    package let password: ContiguousArray<UInt8>
    /// Kept by the store, which refuses another secret.
    package let check: ContiguousArray<UInt8>
    /// The bearer that the management port's commands want.
    package let managementToken: Secret

    package init(_ secret: Secret) {
        func key(_ purpose: String) -> ContiguousArray<UInt8> {
            HMAC.sha256(key: secret.value.utf8, "orders:\(purpose)".utf8)
        }
        cursor = key("cursor")
        password = key("password")
        check = key("check")
        managementToken = Secret(Base64.encodeURL(key("management")))
    }
}
