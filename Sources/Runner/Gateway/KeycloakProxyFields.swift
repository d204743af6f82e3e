internal import Functions

/// Which fields pass the gateway on the way to Keycloak.
struct KeycloakProxyFields: Sendable {
    let address: KeycloakAddress
    /// Whose `X-Forwarded-For` is believed.
    let trustedProxies: [NetworkRange]

    /// The fields for Keycloak: the client's own without what is ours to say, then ours.
    ///
    /// Ours come last, so that no `Connection` field can take one away.
    func request(_ exchange: Exchange) -> ClientFields {
        let head = exchange.head
        let named = ForwardedFields.namedByConnection(head.bytes, head.fields)
        var fields = ClientFields()
        for field in head.fields {
            let name = head.bytes[field.name]
            guard !Self.isOurs(name), !ForwardedFields.isHopByHop(name),
                !named.contains(ForwardedFields.folded(name))
            else {
                continue
            }
            fields.add(name, head.bytes[field.value])
        }
        address.addForwarding(to: &fields)
        fields.add("X-Forwarded-For", forwardedFor(head))
        fields.add("X-Request-Id", exchange.requestID.text)
        return fields
    }

    /// The client's address, behind those that a trusted proxy names.
    private func forwardedFor(_ head: RequestHead) -> String {
        guard trustedProxies.contains(where: { $0.contains(head.peer) }) else { return head.peer }
        var chain = ""
        for field in head.fields where head.matches(field.name, "x-forwarded-for") {
            chain += String(decoding: head.bytes[field.value], as: UTF8.self) + ", "
        }
        return chain + head.peer
    }

    private static let ours: [String] = [
        "host", "content-length", "expect", "forwarded", "x-request-id", "x-real-ip", "proxy",
    ]
    private static let oursBefore: [String] = [
        "x-forwarded-", "x-original-", "x-rewrite-", "x-http-method", "x-method-override",
        "x-envoy-", "x-client-cert", "x-ssl-", "ssl-client",
    ]

    /// What says who is asked, by whom or for what: decided here, never by the client.
    ///
    /// Names are compared as a careless server may read them: some take `_` or `.` for `-`.
    private static func isOurs(_ name: some Collection<UInt8>) -> Bool {
        if name.contains(UInt8(ascii: "_")) { return true }
        let folded = ForwardedFields.folded(name)
        return ours.contains { folded.elementsEqual($0.utf8) }
            || oursBefore.contains { folded.starts(with: $0.utf8) }
    }
}
