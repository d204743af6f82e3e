/// The keys of the service, each derived from `SECRET_KEY` for one purpose.
///
/// Whoever has one of them knows neither another nor the secret.
package struct DerivedKeys: Sendable {
    private let secret: Secret

    package init(_ secret: Secret) { self.secret = secret }

    /// 32 bytes, the same for the same purpose in every process that has the secret.
    package func key(for purpose: String) -> ContiguousArray<UInt8> {
        HMAC.sha256(key: secret.value.utf8, "orders:\(purpose)".utf8)
    }

    /// The bearer that the management port's commands want.
    package var managementToken: Secret { Secret(Base64.encodeURL(key(for: "management"))) }
}
