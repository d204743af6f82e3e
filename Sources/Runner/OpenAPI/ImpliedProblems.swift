internal import Functions

extension ProblemExample {
    /// What may be refused before or around the function, as its declaration implies.
    static func implied(by operation: OperationDescription) -> [ProblemExample] {
        GatewayRefusal.allCases.filter { $0.applies(to: operation) }.map { ProblemExample($0) }
            + core.map { ProblemExample($0) }
    }

    /// What may be refused to who asks for the OpenAPI document.
    static let ofDocument =
        [.methodNotAllowed, .authorizationRepeated, .parameterInvalid, .tooManyRequests].map {
            (refusal: GatewayRefusal) in ProblemExample(refusal)
        } + core.map { ProblemExample($0) }

    /// Of the HTTP core's refusals one for each status that a well-meant request may meet.
    private static let core: [Refusal] = [
        .malformedRequestLine, .headTimedOut, .requestLineTooLong, .headTooLarge,
        .tooManyConnections,
    ]
}

extension GatewayRefusal {
    /// Whether an operation may be refused so.
    func applies(to operation: OperationDescription) -> Bool {
        switch self {
        case .methodNotAllowed, .authorizationRepeated, .tooManyRequests, .parameterInvalid,
            .overloaded, .storeUnavailable, .dependencyUnavailable, .timedOut, .internalError:
            true
        case .notFound: operation.hasPathParameter
        case .tokenMissing, .tokenInvalid, .identityUnavailable, .forbidden: operation.wantsToken
        case .foreignUser: operation.mayNameUser
        case .keyInvalid, .keyMissing, .keyReused, .keyInProgress: operation.hasKey
        case .bodyTooLarge, .mediaTypeUnsupported, .bodyMalformed, .bodyInvalid:
            operation.takesBody
        // No user sends events.
        case .eventInvalid: false
        }
    }

    /// Whether it comes after the key's own check: then the answer bears the key.
    var isBehindKey: Bool {
        switch self {
        case .bodyTooLarge, .mediaTypeUnsupported, .bodyMalformed, .bodyInvalid, .foreignUser,
            .overloaded, .keyReused, .keyInProgress, .storeUnavailable, .dependencyUnavailable,
            .timedOut, .internalError:
            true
        default: false
        }
    }

    var exampleErrors: [InputProblem] {
        switch self {
        case .parameterInvalid:
            [InputProblem(.parameter("colour"), "is not known; none is taken here")]
        case .bodyInvalid:
            [InputProblem(.pointer("/colour"), "is not known")]
        default: []
        }
    }

    var exampleDetail: String {
        switch self {
        case .notFound: "Nothing is here, or it is somebody else's. Check the path."
        case .methodNotAllowed: "Use one of the methods that Allow lists."
        case .authorizationRepeated: "Send Authorization once."
        case .tokenMissing: "Send Authorization: Bearer and an access token."
        case .tokenInvalid: "The access token is not valid (any more). Get a new one under /auth."
        case .forbidden: "This needs another role. Ask an administrator for it."
        case .foreignUser: "Only an operator may name another user. Leave userId out."
        case .tooManyRequests: "Send fewer requests a second."
        case .parameterInvalid: "Mend the query parameters that errors names."
        case .keyInvalid: "Idempotency-Key must have 1 to 255 printable ASCII characters."
        case .keyMissing: "Send Idempotency-Key with a value of your own, new for each request."
        case .keyReused: "This key was used for another request. Send this one with a new key."
        case .keyInProgress: "The same request is under way. Send it again shortly."
        default: bodyOrServerDetail
        }
    }

    private var bodyOrServerDetail: String {
        switch self {
        case .bodyTooLarge: "The body may have 16384 bytes."
        case .mediaTypeUnsupported:
            "Send the body as Content-Type: application/json, without a content coding."
        case .bodyMalformed: "The body is not one JSON text: it ends too early, at byte 12."
        case .bodyInvalid: "Mend the members of the body that errors names."
        case .overloaded: "Too many requests are in flight. Send this one again shortly."
        case .internalError: "Something went wrong on our side; name the request id when you ask."
        case .timedOut: "No answer in time. Send the same request with the same key again."
        default: "A part of the system does not answer just now. Try again shortly."
        }
    }
}
