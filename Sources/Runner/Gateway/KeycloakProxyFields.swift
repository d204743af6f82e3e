internal import Functions

/// Which fields pass the gateway on the way to Keycloak and back.
struct KeycloakProxyFields: Sendable {
    let address: KeycloakAddress
    /// Whose `X-Forwarded-For` is believed.
    let trustedProxies: [NetworkRange]

    /// The fields for Keycloak: the client's own without what is ours to say, then ours.
    ///
    /// Ours come last, so that no `Connection` field can take one away.
    func request(_ exchange: Exchange) -> ClientFields {
        let head = exchange.head
        let named = Self.namedByConnection(head.bytes, head.fields)
        var fields = ClientFields()
        for field in head.fields {
            let name = head.bytes[field.name]
            guard !Self.isOurs(name), !Self.isHopByHop(name), !named.contains(Self.folded(name))
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

    /// The fields for the client, each as Keycloak wrote it, none joined and none doubled.
    static func response(_ head: ClientHead) -> ResponseFields {
        let named = namedByConnection(head.bytes, head.fields)
        var fields = ResponseFields()
        for field in head.fields {
            let name = head.bytes[field.name]
            guard !isHopByHop(name), !isCores(name), !named.contains(folded(name)) else { continue }
            _ = fields.add(foreign: name, head.bytes[field.value])
        }
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

    /// The names that `Connection` lists: they are for this hop alone.
    private static func namedByConnection(
        _ bytes: ContiguousArray<UInt8>,
        _ fields: ContiguousArray<RequestHead.Field>
    ) -> [[UInt8]] {
        var names: [[UInt8]] = []
        for field in fields where ("connection" as StaticString).isName(bytes[field.name]) {
            for name in bytes[field.value].split(separator: UInt8(ascii: ",")) {
                names.append(folded(name.filter { $0 != 32 && $0 != 9 }))
            }
        }
        return names
    }

    private static let hopByHop: [StaticString] = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade",
    ]

    private static func isHopByHop(_ name: some Collection<UInt8>) -> Bool {
        hopByHop.contains { $0.isName(name) }
    }

    private static let cores: [StaticString] = [
        "content-length", "date", "x-request-id", "alt-svc",
    ]

    /// What the HTTP core says itself in every answer, or what speaks of Keycloak's own address.
    private static func isCores(_ name: some Collection<UInt8>) -> Bool {
        cores.contains { $0.isName(name) }
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
        let folded = folded(name)
        return ours.contains { folded.elementsEqual($0.utf8) }
            || oursBefore.contains { folded.starts(with: $0.utf8) }
    }

    private static func folded(_ name: some Collection<UInt8>) -> [UInt8] {
        name.map { byte in
            switch byte {
            case 65...90: byte | 0x20
            case UInt8(ascii: "_"), UInt8(ascii: "."): UInt8(ascii: "-")
            default: byte
            }
        }
    }
}
