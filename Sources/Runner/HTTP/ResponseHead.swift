internal import Functions

/// The head of an answer, up to and with its empty line.
struct ResponseHead {
    let status: Int
    let requestID: UUID
    let isVersion11: Bool
    /// The connection closes behind the answer.
    let closes: Bool
    let framing: AnswerState.Body
    let fields: ResponseFields

    func write(to output: inout ByteBuffer, date: HTTPDate, _ pool: inout BufferPool) {
        output.append("HTTP/1.1 ", &pool)
        output.append(decimal: status, &pool)
        output.append(" ", &pool)
        output.append(StatusLine.reason(status), &pool)
        output.append("\r\nDate: ", &pool)
        output.append(date.bytes, &pool)
        output.append("\r\nX-Request-Id: ", &pool)
        output.append(requestID, &pool)
        if closes {
            output.append("\r\nConnection: close", &pool)
        } else if !isVersion11 {
            output.append("\r\nConnection: keep-alive", &pool)
        }
        switch framing {
        case .length(let length):
            output.append("\r\nContent-Length: ", &pool)
            output.append(decimal: length, &pool)
        case .chunked: output.append("\r\nTransfer-Encoding: chunked", &pool)
        case .none, .untilClose: break
        }
        output.append("\r\n", &pool)
        output.append(fields.bytes, &pool)
        output.append("\r\n", &pool)
    }
}

extension AnswerState.Body {
    /// RFC 9112 §6.3 and RFC 9110 §8.6: none, a length, chunks, or the connection's end.
    init(status: Int, length: Int?, isVersion11: Bool) {
        if !AnswerState.mayHaveBody(status) {
            self = .none
        } else if let length {
            self = .length(remaining: length)
        } else {
            self = isVersion11 ? .chunked : .untilClose
        }
    }
}
