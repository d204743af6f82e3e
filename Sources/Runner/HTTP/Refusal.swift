/// Why the core itself refuses a request: the status and what to tell the caller.
enum Refusal: Error, CaseIterable, Sendable {
    case malformedRequestLine, malformedTarget, bareLineFeed, malformedField, foldedField
    case unknownVersion, unknownMethod, traceMethod
    case requestLineTooLong, headTooLarge, tooManyFields
    case hostMissing, hostRepeated, hostMalformed, hostsDiffer
    case lengthMalformed, lengthRepeated, lengthAndCoding
    case codingInOldVersion, codingMalformed, codingUnknown
    case connectionNamesProtected, expectationUnknown
    case chunkMalformed, chunkExtensionsTooLarge, trailerMalformed, trailersTooLarge
    case headCutShort, bodyCutShort, headTimedOut, bodyTimedOut
    case tooManyConnections, answerMalformed

    var status: Int {
        switch self {
        case .unknownVersion: 505
        case .unknownMethod, .codingUnknown: 501
        case .traceMethod: 405
        case .requestLineTooLong: 414
        case .headTooLarge, .tooManyFields, .trailersTooLarge: 431
        case .expectationUnknown: 417
        case .headTimedOut, .bodyTimedOut: 408
        case .tooManyConnections: 503
        case .answerMalformed: 500
        default: 400
        }
    }

    var problem: ProblemDocument {
        let (type, title) = Refusal.kind(status)
        return ProblemDocument(status: status, type: type, title: title, detail: detail)
    }

    private static func kind(_ status: Int) -> (type: String, title: String) {
        switch status {
        case 405: ("/problems/method-not-allowed", "Method not allowed")
        case 408: ("/problems/request-timeout", "Request timed out")
        case 414: ("/problems/uri-too-long", "Request line too long")
        case 417: ("/problems/expectation-failed", "Expectation failed")
        case 431: ("/problems/header-fields-too-large", "Header fields too large")
        case 500: ("/problems/internal", "Internal error")
        case 501: ("/problems/not-implemented", "Not implemented")
        case 503: ("/problems/overloaded", "Too many connections")
        case 505: ("/problems/http-version-not-supported", "HTTP version not supported")
        default: ("/problems/malformed-request", "Malformed request")
        }
    }

    private var detail: String {
        switch self {
        case .malformedRequestLine, .malformedTarget, .unknownVersion, .unknownMethod, .traceMethod,
            .requestLineTooLong:
            requestLineDetail
        case .hostMissing, .hostRepeated, .hostMalformed, .hostsDiffer: hostDetail
        case .chunkMalformed, .chunkExtensionsTooLarge, .trailerMalformed, .trailersTooLarge:
            chunkDetail
        case .headCutShort, .bodyCutShort, .headTimedOut, .bodyTimedOut, .tooManyConnections,
            .answerMalformed:
            connectionDetail
        default: fieldDetail
        }
    }
}

extension Refusal {
    private var requestLineDetail: String {
        switch self {
        case .malformedTarget:
            "The request target is not a valid path or URL. Percent-encode what a URL may not hold; "
                + "\"%\" must be followed by two hexadecimal digits, and \"%00\" and \"#\" are refused."
        case .unknownVersion: "Send the request as HTTP/1.1."
        case .unknownMethod:
            "This method is not known here. Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS."
        case .traceMethod: "TRACE is not allowed. Use one of the methods that Allow lists."
        case .requestLineTooLong: "Shorten the URL: the request line may have 8192 bytes."
        default:
            "The request line must be a method, one space, the target, one space and HTTP/1.1, "
                + "ended by CR LF."
        }
    }

    private var hostDetail: String {
        switch self {
        case .hostMissing: "Send a Host field: HTTP/1.1 requires it."
        case .hostRepeated: "Send exactly one Host field."
        case .hostsDiffer: "The Host field must equal the host of the URL in the request line."
        default: "The host must be a name or an address, with a port at most."
        }
    }

    private var fieldDetail: String {
        switch self {
        case .bareLineFeed: "End each line of the request's head with CR LF."
        case .foldedField: "A header field must not begin with a blank: send each on one line."
        case .headTooLarge: "Send fewer or shorter header fields: together they may have 32 KiB."
        case .tooManyFields: "Send at most 100 header fields."
        case .lengthMalformed:
            "Content-Length must be one decimal number without sign or leading zero."
        case .lengthRepeated: "Send Content-Length once."
        case .lengthAndCoding: "Send either Content-Length or Transfer-Encoding, not both."
        case .codingInOldVersion: "Transfer-Encoding needs HTTP/1.1."
        case .codingMalformed: "Transfer-Encoding must be one field with the value \"chunked\"."
        case .codingUnknown: "The only transfer coding known here is \"chunked\"."
        case .connectionNamesProtected:
            "Connection must not name Host, Content-Length, Transfer-Encoding or Authorization."
        case .expectationUnknown: "The only expectation known here is \"100-continue\"."
        default:
            "A header field is not well formed: send a name, a colon right behind it, and a value "
                + "without control characters."
        }
    }

    private var chunkDetail: String {
        switch self {
        case .chunkExtensionsTooLarge: "Send the body's chunks without extensions."
        case .trailerMalformed: "The fields behind the last chunk are not well formed."
        case .trailersTooLarge: "The fields behind the last chunk may have 16 KiB together."
        default:
            "The chunked body is not well formed: each chunk is its size in hexadecimal digits, "
                + "CR LF, that many bytes, CR LF."
        }
    }

    private var connectionDetail: String {
        switch self {
        case .headCutShort: "The request ended within its head. Send it again, whole."
        case .bodyCutShort: "The request ended before its body was whole. Send it again."
        case .headTimedOut: "The request's head took too long to arrive. Send it again, at once."
        case .bodyTimedOut: "The request's body arrived too slowly. Send it again, faster."
        case .tooManyConnections:
            "The server has all the connections it can hold. Try again shortly."
        default:
            "Something went wrong on our side once the request was carried out. Look what became of "
                + "it before you send it again, and name the request id when you ask."
        }
    }
}
