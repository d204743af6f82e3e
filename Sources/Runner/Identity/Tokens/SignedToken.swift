package import Functions

/// A signed token as it travels (RFC 7519 in the compact form of RFC 7515), taken apart.
///
/// Nothing about it is true until its signature is verified.
package struct SignedToken: Sendable {
    /// The header's `alg`, whatever it names.
    package let algorithm: String
    package let keyID: String?
    /// The header's `typ`, `JWT` mostly; what kind of token it is, the claim `typ` says.
    package let mediaType: String?
    package let claims: JSON
    /// What is signed: the first two parts with the full stop between.
    let signedBytes: ContiguousArray<UInt8>
    let signature: ContiguousArray<UInt8>

    /// Nil for what is not three parts of strict base64url, the first two JSON objects, or has a
    /// header that asks for extensions (`crit`).
    package init?(_ text: some Collection<UInt8>) {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = SignedToken.object(parts[0]),
            let claims = SignedToken.object(parts[1]), let signature = Base64.decodeURL(parts[2]),
            let algorithm = header["alg"]?.string, header["crit"] == nil
        else { return nil }
        self.algorithm = algorithm
        keyID = header["kid"]?.string
        mediaType = header["typ"]?.string
        self.claims = claims
        self.signature = signature
        signedBytes = ContiguousArray(text.prefix(parts[0].count + 1 + parts[1].count))
    }

    private static func object(_ part: some Collection<UInt8>) -> JSON? {
        guard let bytes = Base64.decodeURL(part), let json = try? JSON.parse(bytes),
            case .object = json
        else { return nil }
        return json
    }
}
