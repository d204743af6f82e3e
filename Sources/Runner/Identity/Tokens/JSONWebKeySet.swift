internal import Functions

/// The keys that an issuer publishes (RFC 7517), as far as they can check a token of ours.
///
/// An entry that is for encryption, of an unknown kind, or broken is passed over: others may stand
/// beside it that are fine.
package struct JSONWebKeySet: Sendable {
    package struct Key: Sendable {
        package let id: String?
        /// What the entry is restricted to; nil where it names no algorithm.
        package let algorithm: SignatureAlgorithm?
        package let key: PublicKey

        /// The algorithm comes from the key; a token merely names it.
        package func serves(_ wanted: SignatureAlgorithm) -> Bool {
            algorithm.map { $0 == wanted } ?? key.algorithms.contains(wanted)
        }
    }

    /// More keys than any issuer has: what follows them is passed over.
    package static let maximumCount = 64

    package let keys: [Key]
    /// How many entries were passed over.
    package let passedOver: Int

    package init(keys: [Key], passedOver: Int = 0) {
        self.keys = keys
        self.passedOver = passedOver
    }

    /// Nil where the text is not JSON or has no array `keys`.
    package init?(_ text: ContiguousArray<UInt8>) {
        guard let json = try? JSON.parse(text), let entries = json["keys"]?.array else {
            return nil
        }
        let keys = entries.prefix(JSONWebKeySet.maximumCount).compactMap(JSONWebKeySet.key)
        self.init(keys: keys, passedOver: entries.count - keys.count)
    }

    private static func key(_ entry: JSON) -> Key? {
        if let use = entry["use"], use.string != "sig" { return nil }
        let named = entry["alg"]?.string
        let algorithm = named.flatMap(SignatureAlgorithm.init)
        // An algorithm that we do not know is not ours to replace by another.
        if named != nil && algorithm == nil { return nil }
        guard let key = publicKey(entry) else { return nil }
        if let algorithm, !key.algorithms.contains(algorithm) { return nil }
        return Key(id: entry["kid"]?.string, algorithm: algorithm, key: key)
    }

    private static func publicKey(_ entry: JSON) -> PublicKey? {
        switch entry["kty"]?.string {
        case "RSA":
            guard let modulus = number(entry["n"]), let exponent = number(entry["e"]) else {
                return nil
            }
            return PublicKey(modulus: modulus, exponent: exponent)
        case "EC":
            guard entry["crv"]?.string == "P-256", let x = number(entry["x"]),
                let y = number(entry["y"])
            else { return nil }
            return PublicKey(x: x, y: y)
        default: return nil
        }
    }

    private static func number(_ value: JSON?) -> ContiguousArray<UInt8>? {
        value?.string.flatMap { Base64.decodeURL($0.utf8) }
    }
}
