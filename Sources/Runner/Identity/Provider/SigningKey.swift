internal import Functions

/// A key of the realm with its id: the newest for signing signs, the others only verify.
struct SigningKey: Sendable {
    enum Use: String, Sendable {
        case signature = "sig"
        /// Published beside the others and used for nothing, as Keycloak does: whoever reads the
        /// key set must tell them apart.
        case encryption = "enc"
    }

    let id: String
    let use: Use
    let key: PrivateKey

    init(use: Use) {
        self.init(use: use, key: .generate())
    }

    private init(use: Use, key: PrivateKey) {
        self.use = use
        self.key = key
        id = Base64.encodeURL(SHA256.hash(key.publicDER).bytes)
    }

    /// The public half as an entry of the key set.
    var publicJSON: JSON {
        [
            "kid": .string(id), "kty": "RSA",
            "alg": use == .signature ? "RS256" : "RSA-OAEP", "use": .string(use.rawValue),
            "n": .string(Base64.encodeURL(key.modulus)),
            "e": .string(Base64.encodeURL(key.exponent)),
        ]
    }

    /// For checking what `key` signed.
    var verifier: JSONWebKeySet.Key {
        JSONWebKeySet.Key(id: id, algorithm: .rs256, key: key.publicKey)
    }

    var record: JSON { ["use": .string(use.rawValue), "pem": .string(key.pem)] }

    init?(record: JSON) {
        guard let use = record["use"]?.string.flatMap(Use.init),
            let key = record["pem"]?.string.flatMap({ PrivateKey(pem: $0) })
        else { return nil }
        self.init(use: use, key: key)
    }
}

/// A symmetric key for tokens that only we read.
struct SigningSecret: Sendable {
    let id: String
    let bytes: ContiguousArray<UInt8>

    init() {
        id = User.newID()
        bytes = RandomBytes.make(64)
    }

    var record: JSON { ["id": .string(id), "bytes": .string(Base64.encode(bytes))] }

    init?(record: JSON) {
        guard let id = record["id"]?.string,
            let bytes = record["bytes"]?.string.flatMap({ Base64.decode($0.utf8) })
        else { return nil }
        self.id = id
        self.bytes = bytes
    }
}
