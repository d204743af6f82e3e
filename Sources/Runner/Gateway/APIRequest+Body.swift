internal import Functions

/// The checks of the key and the body, which end with the call.
extension APIRequest {
    func checkKey() {
        if declaration.idempotency == .key {
            switch IdempotencyKey.read(exchange.head) {
            case .malformed(let detail): return refuse(.keyInvalid, detail)
            case .given(let given): key = given
            case .none where gateway.options.requiresKey:
                return refuse(
                    .keyMissing,
                    "Send Idempotency-Key with a value of your own, new for each request."
                )
            case .none: key = IdempotencyKey(generated: gateway.place.makeIdentifier())
            }
            if let key { fields.add("Idempotency-Key", key.text) }
            exchange.ownFields = fields
        }
        collectBody()
    }

    private func collectBody() {
        let limit = declaration.bodyLimit
        if let length = exchange.contentLength, length > limit { return refuseSize() }
        // Before the body is asked for.
        if (exchange.contentLength ?? 0) > 0, !isJSON() { return refuseMediaType() }
        exchange.collectBody(limit: limit) { body in
            switch body {
            case .tooLarge: self.refuseSize()
            case .whole(let bytes):
                // Of a chunked body only now is it known whether there is one.
                if self.exchange.isChunked, !bytes.isEmpty, !self.isJSON() {
                    return self.refuseMediaType()
                }
                if case .elsewhere(let forwarder) = self.gateway.place {
                    return self.forward(forwarder, body: bytes)
                }
                self.decode(bytes)
            }
        }
    }

    private func decode(_ bytes: ContiguousArray<UInt8>) {
        if bytes.isEmpty, function.mayBodyBeEmpty {
            parts.body = .object([])
        } else {
            do {
                parts.body = try JSON.parse(bytes)
            } catch {
                return refuse(
                    .bodyMalformed,
                    "The body is not one JSON text: it \(error.reason), at byte \(error.offset)."
                )
            }
        }
        let prepared = function.prepare(parts, &decoding)
        guard decoding.problems.isEmpty, let prepared else {
            return refuse(
                .bodyInvalid,
                "Mend the members of the body that errors names.",
                members: [("errors", decoding.problems.json)]
            )
        }
        guard !decoding.namesForeignUser else {
            return refuse(
                .foreignUser,
                "Only an operator may act for another user. Leave userId out."
            )
        }
        start(prepared)
    }

    private func isJSON() -> Bool {
        let head = exchange.head
        guard head.hasIdentityCoding else { return false }
        guard head.count("content-type") == 1, let value = head.first("content-type") else {
            return false
        }
        let type = value.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
        return type.isEqualIgnoringCase("application/json")
    }

    private func refuseSize() {
        refuse(.bodyTooLarge, "The body may have \(declaration.bodyLimit) bytes.")
    }

    private func refuseMediaType() {
        refuse(
            .mediaTypeUnsupported,
            "Send the body as Content-Type: application/json, without a content coding."
        )
    }
}

extension RequestHead {
    /// Whether each field `Content-Encoding`, if there is one, says that nothing was done.
    fileprivate var hasIdentityCoding: Bool {
        fields.allSatisfy {
            !matches($0.name, "content-encoding") || bytes[$0.value].isEqualIgnoringCase("identity")
        }
    }
}

extension Collection<UInt8> {
    /// Compares ASCII without regard to letter case; the other text is in small letters.
    func isEqualIgnoringCase(_ other: String) -> Bool {
        count == other.utf8.count
            && zip(self, other.utf8).allSatisfy { byte, wanted in
                (byte >= 65 && byte <= 90 ? byte | 0x20 : byte) == wanted
            }
    }
}
