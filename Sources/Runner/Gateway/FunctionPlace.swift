internal import Functions

/// Where a gateway's functions run.
enum FunctionPlace: Sendable {
    /// In this process.
    case here(Services)
    /// Each in a process of its own.
    case elsewhere(FunctionForwarder)

    /// Only a process with the key can open a cursor: elsewhere any text passes for one.
    func decoding(caller: Caller?, list: String) -> Decoding {
        switch self {
        case .here(let services):
            let seal = CursorSeal(key: services.keys.cursor)
            return Decoding(
                caller: caller,
                domainToASCII: services.configuration.domainToASCII,
                openCursor: { seal.open($0, list: list, whose: $1) }
            )
        case .elsewhere:
            return Decoding(caller: caller, openCursor: { _, _ in UUID(high: 0, low: 0) })
        }
    }

    func makeIdentifier() -> UUID {
        switch self {
        case .here(let services): services.makeIdentifier()
        case .elsewhere: Identifiers.shared.next()
        }
    }
}
