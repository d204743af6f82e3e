/// Where the runner speaks of what it does: one line an event, a message and named values.
///
/// Never give it a token, a password or a letter's text.
package protocol Log: Sendable {
    func write(_ level: LogLevel, _ message: String, _ values: [(name: String, value: String)])
    func isEnabled(_ level: LogLevel) -> Bool
}

package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

extension Log {
    package func debug(_ message: String, _ values: [(name: String, value: String)] = []) {
        write(.debug, message, values)
    }

    package func info(_ message: String, _ values: [(name: String, value: String)] = []) {
        write(.info, message, values)
    }

    package func warning(_ message: String, _ values: [(name: String, value: String)] = []) {
        write(.warning, message, values)
    }

    package func error(_ message: String, _ values: [(name: String, value: String)] = []) {
        write(.error, message, values)
    }
}
