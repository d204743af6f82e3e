internal import CPostgreSQL

/// Looks a name up on a thread of its own: `getaddrinfo` may block for as long as it likes.
enum NameLookup {
    enum Answer: Sendable {
        /// Addresses, separated by commas.
        case addresses(String)
        case failed(String)
    }

    /// Calls back once, on that thread; at once where no thread can be had.
    static func start(_ name: String, completion: @escaping @Sendable (Answer) -> Void) {
        let hasStarted = SystemThread.detach("name-lookup") { completion(lookUp(name)) }
        if !hasStarted { completion(.failed("no thread could be started to look \(name) up")) }
    }

    private static func lookUp(_ name: String) -> Answer {
        var text = [CChar](repeating: 0, count: 1_024)
        let code = unsafe postgresql_look_up(name, &text, text.count)
        guard code == 0 else {
            let reason = unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "\(code)"
            return .failed("\(name) cannot be looked up: \(reason)")
        }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return .addresses(String(decoding: bytes, as: UTF8.self))
    }
}
