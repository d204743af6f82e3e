/// How far the answer to the current request has got.
struct AnswerState {
    enum Body: Equatable {
        /// What is written is dropped: HEAD, 1xx, 204, 304.
        case none
        case length(remaining: Int)
        case chunked
        /// Until the connection closes, as HTTP/1.0 does it.
        case untilClose
    }

    var hasBegun = false
    var body = Body.none
    /// The connection closes behind this answer.
    var closes = false

    /// True where the client takes the connection's end for the answer's.
    var endsWithConnection: Bool { hasBegun && body == .untilClose }

    /// RFC 9110 §6.4.1: what never has a body.
    static func hasBody(_ status: Int, _ method: Method) -> Bool {
        method != .head && mayHaveBody(status)
    }

    static func mayHaveBody(_ status: Int) -> Bool {
        status >= 200 && status != 204 && status != 304
    }
}

enum StatusLine {
    /// The reason phrase of RFC 9110 §15; empty where the status is none of ours.
    static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400..<500: clientError(status)
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }

    private static func clientError(_ status: Int) -> StaticString {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        default: ""
        }
    }
}
