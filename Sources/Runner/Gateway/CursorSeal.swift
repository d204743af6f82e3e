internal import Functions

/// Turns a position in a list into the text of a cursor and back.
///
/// A cursor is bound to its list (the function) and to whose list it is, by a code that only holders
/// of `SECRET_KEY` can make; it outlives restarts and needs no escaping in a URL.
struct CursorSeal: Sendable {
    private static let codeLength = 12

    let key: ContiguousArray<UInt8>

    func seal(_ position: UUID, list: String, whose: String) -> String {
        var bytes = CursorSeal.bytes(of: position)
        bytes.append(contentsOf: code(position, list, whose))
        return Base64.encodeURL(bytes)
    }

    /// Nil where it is not a cursor of ours, or of another list.
    func open(_ text: String, list: String, whose: String) -> UUID? {
        guard text.utf8.count <= 64, let bytes = Base64.decodeURL(text.utf8),
            bytes.count == 16 + CursorSeal.codeLength
        else { return nil }
        let position = UUID(code: ContiguousArray(bytes.prefix(16)))
        let isOurs = ConstantTime.areEqual(bytes.dropFirst(16), code(position, list, whose))
        return isOurs ? position : nil
    }

    private func code(_ position: UUID, _ list: String, _ whose: String) -> ArraySlice<UInt8> {
        var message = CursorSeal.bytes(of: position)
        message.append(contentsOf: list.utf8)
        message.append(0)
        message.append(contentsOf: whose.utf8)
        return HMAC.sha256(key: key, message).prefix(CursorSeal.codeLength)
    }

    private static func bytes(of position: UUID) -> ContiguousArray<UInt8> {
        var bytes = ContiguousArray<UInt8>()
        bytes.reserveCapacity(16 + codeLength)
        for half in [position.high, position.low] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: half >> shift))
            }
        }
        return bytes
    }
}
