/// Which fields of another server's answer pass the gateway.
enum ForwardedFields {
    /// The fields for the client, each as the server wrote it, none joined and none doubled.
    static func response(_ head: ClientHead) -> ResponseFields {
        let named = namedByConnection(head.bytes, head.fields)
        var fields = ResponseFields()
        for field in head.fields {
            let name = head.bytes[field.name]
            guard !isHopByHop(name), !isCores(name), !named.contains(folded(name)) else { continue }
            // Well formed: an answer with a field that is not has been refused when it was read.
            _ = fields.add(foreign: name, head.bytes[field.value])
        }
        return fields
    }

    /// The names that `Connection` lists: they are for this hop alone.
    static func namedByConnection(
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

    static func isHopByHop(_ name: some Collection<UInt8>) -> Bool {
        hopByHop.contains { $0.isName(name) }
    }

    private static let cores: [StaticString] = [
        "content-length", "date", "x-request-id", "alt-svc",
    ]

    /// What the HTTP core says itself in every answer, or what speaks of the server's own address.
    private static func isCores(_ name: some Collection<UInt8>) -> Bool {
        cores.contains { $0.isName(name) }
    }

    /// The name in small letters, as a careless server may read it: some take `_` or `.` for `-`.
    static func folded(_ name: some Collection<UInt8>) -> [UInt8] {
        name.map { byte in
            switch byte {
            case 65...90: byte | 0x20
            case UInt8(ascii: "_"), UInt8(ascii: "."): UInt8(ascii: "-")
            default: byte
            }
        }
    }
}
