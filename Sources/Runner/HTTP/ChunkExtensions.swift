/// Checks what may follow a chunk's size (RFC 9112 §7.1.1), a byte at a time:
/// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`.
struct ChunkExtensions: Sendable {
    private enum State: Sendable {
        case beforeSemicolon
        case beforeName
        case name
        case afterName
        case beforeValue
        case value
        case quoted
        case escaped
        case afterValue
    }

    private var state = State.beforeSemicolon
    private var hasBlank = false
    private var lineBytes = 0
    private var totalBytes = 0

    mutating func beginLine() {
        state = .beforeSemicolon
        hasBlank = false
        lineBytes = 0
    }

    mutating func take(_ byte: UInt8, _ limits: HTTPLimits) throws(Refusal) {
        lineBytes += 1
        totalBytes += 1
        guard lineBytes <= limits.chunkExtension, totalBytes <= limits.chunkExtensions else {
            throw .chunkExtensionsTooLarge
        }
        guard let following = ChunkExtensions.follow(state, byte) else { throw .chunkMalformed }
        hasBlank = Grammar.isBlank(byte)
        state = following
    }

    /// The CR that ends the line has come: only where an extension, or none, is whole; a blank at
    /// the end belongs to nothing.
    func endLine() throws(Refusal) {
        switch state {
        case .name, .value: return
        case .afterValue where !hasBlank: return
        default: throw .chunkMalformed
        }
    }

    private static func follow(_ state: State, _ byte: UInt8) -> State? {
        switch state {
        case .beforeSemicolon: separator(byte, otherwise: .beforeSemicolon)
        case .beforeName:
            Grammar.isBlank(byte) ? .beforeName : Grammar.isTokenByte(byte) ? .name : nil
        case .name: Grammar.isTokenByte(byte) ? .name : afterName(byte)
        case .afterName: afterName(byte)
        case .beforeValue: beforeValue(byte)
        case .value: Grammar.isTokenByte(byte) ? .value : separator(byte, otherwise: .afterValue)
        case .quoted: quoted(byte)
        case .escaped: Grammar.isValueByte(byte) ? .quoted : nil
        case .afterValue: separator(byte, otherwise: .afterValue)
        }
    }

    private static func separator(_ byte: UInt8, otherwise blank: State) -> State? {
        byte == UInt8(ascii: ";") ? .beforeName : Grammar.isBlank(byte) ? blank : nil
    }

    private static func afterName(_ byte: UInt8) -> State? {
        byte == UInt8(ascii: "=") ? .beforeValue : separator(byte, otherwise: .afterName)
    }

    private static func beforeValue(_ byte: UInt8) -> State? {
        if Grammar.isBlank(byte) { return .beforeValue }
        if byte == UInt8(ascii: "\"") { return .quoted }
        return Grammar.isTokenByte(byte) ? .value : nil
    }

    private static func quoted(_ byte: UInt8) -> State? {
        if byte == UInt8(ascii: "\"") { return .afterValue }
        if byte == UInt8(ascii: "\\") { return .escaped }
        return Grammar.isValueByte(byte) ? .quoted : nil
    }
}
