internal import Functions

/// What the gateway itself refuses: a closed list, each with its status and title.
///
/// The raw value in kebab case is the last part of the problem's `type`.
enum GatewayRefusal: String, CaseIterable, Sendable {
    case notFound, methodNotAllowed, authorizationRepeated
    case tokenMissing, tokenInvalid, identityUnavailable
    case tooManyRequests, forbidden, foreignUser
    case parameterInvalid, eventInvalid, keyInvalid, keyMissing
    case bodyTooLarge, mediaTypeUnsupported, bodyMalformed, bodyInvalid
    case overloaded, keyReused, keyInProgress
    case storeUnavailable, dependencyUnavailable, timedOut, internalError

    var status: Int {
        switch self {
        case .authorizationRepeated, .parameterInvalid, .eventInvalid, .keyInvalid, .keyMissing,
            .bodyMalformed:
            400
        case .tokenMissing, .tokenInvalid: 401
        case .forbidden, .foreignUser: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .keyInProgress: 409
        case .bodyTooLarge: 413
        case .mediaTypeUnsupported: 415
        case .bodyInvalid, .keyReused: 422
        case .tooManyRequests: 429
        case .internalError: 500
        case .identityUnavailable, .overloaded, .storeUnavailable, .dependencyUnavailable: 503
        case .timedOut: 504
        }
    }

    var title: String {
        switch self {
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .authorizationRepeated: "Authorization sent twice"
        case .tokenMissing: "Access token missing"
        case .tokenInvalid: "Access token refused"
        case .identityUnavailable: "Identity provider unavailable"
        case .tooManyRequests: "Too many requests"
        case .forbidden: "Role missing"
        case .foreignUser: "Somebody else's user id"
        case .parameterInvalid: "Query parameter refused"
        case .eventInvalid: "Event refused"
        case .keyInvalid: "Idempotency key refused"
        case .keyMissing: "Idempotency key missing"
        case .bodyTooLarge: "Body too large"
        case .mediaTypeUnsupported: "Media type not supported"
        case .bodyMalformed: "Body is not JSON"
        case .bodyInvalid: "Body refused"
        case .overloaded: "Too many requests in flight"
        case .keyReused: "Idempotency key used for another request"
        case .keyInProgress: "Request in progress"
        case .storeUnavailable: "Store unavailable"
        case .dependencyUnavailable: "Part of the system unavailable"
        case .timedOut: "Timed out"
        case .internalError: "Internal error"
        }
    }

    /// Seconds to wait before the same request is worth sending again.
    var retryAfter: Int? {
        switch self {
        case .tooManyRequests, .overloaded, .keyInProgress, .storeUnavailable: 1
        case .identityUnavailable, .dependencyUnavailable: 2
        default: nil
        }
    }

    func response(
        _ detail: String,
        _ requestID: UUID,
        _ fields: ResponseFields,
        members: [ProblemDocument.Member] = []
    ) -> Response {
        var fields = fields
        if let retryAfter { fields.add("Retry-After", String(retryAfter)) }
        return document(detail, members: members).response(requestID: requestID, fields: fields)
    }

    func document(_ detail: String, members: [ProblemDocument.Member] = []) -> ProblemDocument {
        ProblemDocument(
            status: status,
            type: "/problems/" + rawValue.kebabCase,
            title: title,
            detail: detail,
            members: members
        )
    }
}

extension ProblemDocument {
    /// A function's own problem.
    init(_ problem: ProblemDescription) {
        let errors: [Member] = problem.errors.isEmpty ? [] : [("errors", problem.errors.json)]
        self.init(
            status: problem.status,
            type: "/problems/" + problem.code.kebabCase,
            title: problem.title,
            detail: problem.detail,
            members: errors
        )
    }
}

extension [InputProblem] {
    /// The member `errors` of a problem document.
    var json: ContiguousArray<UInt8> {
        var writer = JSONWriter()
        writer.beginArray()
        for problem in self {
            writer.beginObject()
            switch problem.place {
            case .pointer(let pointer):
                writer.name("pointer")
                writer.string(pointer)
            case .parameter(let parameter):
                writer.name("parameter")
                writer.string(parameter)
            }
            writer.name("detail")
            writer.string(problem.detail)
            writer.endObject()
        }
        writer.endArray()
        return writer.bytes
    }
}
