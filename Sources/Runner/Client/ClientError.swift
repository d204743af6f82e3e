/// Why a call to another server brought no whole answer.
package enum ClientError: Error, Sendable, Equatable {
    /// No connection: refused, no such name, no trust, or not within the connect time-out.
    case unreachable(String)
    /// Connected, then silent for longer than the request allows.
    case timedOut
    /// The connection closed before the first byte of an answer.
    case closedUnanswered
    /// What came is not an HTTP answer as it should be, or was cut short.
    case broken(String)
    /// The answer's body is larger than the request allows.
    case tooLarge
    case cancelled
}

extension ClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let detail): "unreachable (\(detail))"
        case .timedOut: "no answer in time"
        case .closedUnanswered: "connection closed without an answer"
        case .broken(let detail): "broken answer (\(detail))"
        case .tooLarge: "answer too large"
        case .cancelled: "cancelled"
        }
    }
}
