/// What the gateway itself answers under `/auth`.
enum KeycloakProxyProblem {
    case unknownPath
    case malformedPath(String)
    case authorizationRepeated
    case overloaded
    case failed(ClientError)

    var retryAfter: Int? {
        switch self {
        case .overloaded, .failed(.unreachable), .failed(.cancelled): 2
        default: nil
        }
    }

    var document: ProblemDocument {
        switch self {
        case .unknownPath:
            ProblemDocument(
                status: 404,
                type: "/problems/not-found",
                title: "Not found",
                detail:
                    "Nothing is here. Under /auth are the realm of this service and its resources."
            )
        case .malformedPath(let advice):
            ProblemDocument(
                status: 400,
                type: "/problems/malformed-request",
                title: "Malformed request",
                detail: advice
            )
        case .authorizationRepeated:
            ProblemDocument(
                status: 400,
                type: "/problems/authorization-repeated",
                title: "Authorization sent twice",
                detail: "Send Authorization once."
            )
        case .overloaded:
            ProblemDocument(
                status: 503,
                type: "/problems/overloaded",
                title: "Too many requests in flight",
                detail: "Too many requests under /auth are in flight. Try again shortly."
            )
        case .failed(let error): Self.document(error)
        }
    }

    private static func document(_ error: ClientError) -> ProblemDocument {
        switch error {
        case .unreachable, .cancelled:
            ProblemDocument(
                status: 503,
                type: "/problems/identity-unavailable",
                title: "Identity provider unavailable",
                detail: "The identity provider cannot be reached just now. Try again shortly."
            )
        case .timedOut:
            ProblemDocument(
                status: 504,
                type: "/problems/timed-out",
                title: "Timed out",
                detail: "The identity provider did not answer in time. Try again later."
            )
        case .closedUnanswered, .broken, .tooLarge:
            ProblemDocument(
                status: 502,
                type: "/problems/identity-broken",
                title: "Identity provider's answer broken",
                detail: "The identity provider gave no proper answer. Check what became of the"
                    + " request before you send it again."
            )
        }
    }
}
