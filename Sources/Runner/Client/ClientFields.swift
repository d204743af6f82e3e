/// The fields of a request that is sent through libcurl, each checked as it is added.
///
/// libcurl sends what it is given, line breaks included, so nothing that could end a field gets in
/// here, nor a field that decides where a message ends: those libcurl writes.
package struct ClientFields: Sendable {
    /// Each a NUL-terminated line as libcurl's list wants it.
    private(set) var lines: [ContiguousArray<UInt8>] = []

    package init() {}

    /// False, and nothing is added, where name or value may not stand in a request.
    @discardableResult
    package mutating func add(
        _ name: some Collection<UInt8>,
        _ value: some Collection<UInt8>
    ) -> Bool {
        guard !name.isEmpty, name.allSatisfy(Grammar.isTokenByte), value.allSatisfy(Self.mayStand),
            !Self.isFraming(name)
        else { return false }
        let isEmpty = value.allSatisfy { $0 == 32 || $0 == 9 }
        var line = ContiguousArray<UInt8>()
        line.reserveCapacity(name.count + value.count + 3)
        line.append(contentsOf: name)
        // "Name:" would remove a field, "Name;" sends it without a value.
        line.append(UInt8(ascii: isEmpty ? ";" : ":"))
        if !isEmpty {
            line.append(32)
            line.append(contentsOf: value)
        }
        line.append(0)
        lines.append(line)
        return true
    }

    @discardableResult
    package mutating func add(_ name: StaticString, _ value: String) -> Bool {
        name.withUTF8Buffer { unsafe add($0, value.utf8) }
    }

    @discardableResult
    package mutating func add(_ name: StaticString, _ value: ArraySlice<UInt8>) -> Bool {
        name.withUTF8Buffer { unsafe add($0, value) }
    }

    private static func mayStand(_ byte: UInt8) -> Bool { byte == 9 || (byte >= 32 && byte != 127) }

    private static let framing: [StaticString] = [
        "connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    private static func isFraming(_ name: some Collection<UInt8>) -> Bool {
        framing.contains { $0.isName(name) }
    }
}

extension StaticString {
    /// Whether the bytes are this text, which is in small letters, in any letter case.
    func isName(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.count == utf8CodeUnitCount else { return false }
        return withUTF8Buffer { text in
            unsafe text.elementsEqual(bytes) { wanted, byte in
                wanted == (byte >= 65 && byte <= 90 ? byte | 0x20 : byte)
            }
        }
    }
}
