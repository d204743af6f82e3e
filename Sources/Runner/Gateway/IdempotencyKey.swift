internal import Functions

/// The field `Idempotency-Key`: its value as it stands, 1…255 bytes of printable ASCII.
struct IdempotencyKey: Sendable {
    enum Reading: Sendable {
        case none
        case given(IdempotencyKey)
        case malformed(String)
    }

    let text: ContiguousArray<UInt8>

    /// A key for a caller who sent none.
    init(generated uuid: UUID) { text = ContiguousArray(uuid.text.utf8) }

    private init(text: ArraySlice<UInt8>) { self.text = ContiguousArray(text) }

    static func read(_ head: RequestHead) -> Reading {
        switch head.count("idempotency-key") {
        case 0: return .none
        case 1: break
        default: return .malformed("Send Idempotency-Key once.")
        }
        let value = head.first("idempotency-key") ?? []
        guard (1...255).contains(value.count), value.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return .malformed("Idempotency-Key must have 1 to 255 printable ASCII characters.")
        }
        return .given(IdempotencyKey(text: value))
    }
}

/// Makes the digests by which a store knows a key and a request.
struct KeyDigests: Sendable {
    let keys: DerivedKeys

    /// Digests a key within its scope, and the request that bears it.
    ///
    /// The scope is the caller, where there is one, and the operation. The request is compared
    /// by operation and decoded input, the ids of its path among them.
    func claim(
        _ key: IdempotencyKey,
        caller: UserID?,
        _ declaration: Declaration,
        input: ContiguousArray<UInt8>
    ) -> KeyClaim {
        var scope = ContiguousArray<UInt8>()
        scope.reserveCapacity(128 + key.text.count)
        caller?.uuid.append(to: &scope)
        scope.append(0)
        scope.append(contentsOf: declaration.name.utf8)
        scope.append(0)
        scope.append(contentsOf: key.text)
        var request = ContiguousArray<UInt8>()
        request.reserveCapacity(64 + input.count)
        request.append(contentsOf: declaration.name.utf8)
        request.append(0)
        request.append(contentsOf: input)
        return KeyClaim(
            key: UUID(SHA256.hash(scope)),
            fingerprint: declaration.holdsPassword
                ? UUID(code: HMAC.sha256(key: keys.password, request)) : UUID(SHA256.hash(request))
        )
    }
}

extension UUID {
    /// The first half of a digest.
    init(_ digest: Digest) { self.init(high: digest.words.first, low: digest.words.second) }

    init(code: ContiguousArray<UInt8>) {
        var halves: (UInt64, UInt64) = (0, 0)
        for byte in code.prefix(8) { halves.0 = halves.0 << 8 | UInt64(byte) }
        for byte in code.dropFirst(8).prefix(8) { halves.1 = halves.1 << 8 | UInt64(byte) }
        self.init(high: halves.0, low: halves.1)
    }
}
