/// The one place where a token's signature is judged.
package enum TokenSignature {
    package enum Verdict: Sendable, Equatable {
        case valid
        /// The algorithm is fine and no key bears this id: the key set may be out of date.
        case unknownKey
        /// Not signed by a key of the set, or with an algorithm that is not taken.
        case invalid
    }

    package static func verify(_ token: SignedToken, with set: JSONWebKeySet) -> Verdict {
        guard let algorithm = SignatureAlgorithm(rawValue: token.algorithm) else {
            return .invalid
        }
        let named = set.keys.filter { token.keyID == nil || $0.id == token.keyID }
        guard !named.isEmpty else { return .unknownKey }
        let isSigned = named.contains {
            $0.serves(algorithm)
                && $0.key.verifies(token.signature, of: token.signedBytes, with: algorithm)
        }
        return isSigned ? .valid : .invalid
    }
}
