internal import Functions

/// The parts by which processes call each other.
enum ProcessParts {
    /// Serves one function's requests.
    static func functionHandler(
        _ function: any BoundFunction,
        _ services: Services,
        _ tokens: any TokenVerifier,
        _ observer: any RequestObserver,
        _ settings: Settings
    ) throws -> any ExchangeHandler {
        throw StartFailure("a function of its own is not in this build")
    }

    /// Answers `/auth/**` and forwards `/api/**` to the functions' processes.
    static func gateway(
        _ settings: Settings,
        _ tokens: any TokenVerifier,
        _ keycloak: any KeycloakForwarder,
        _ observer: any RequestObserver,
        _ log: any Log
    ) throws -> any ExchangeHandler {
        throw StartFailure("a gateway of its own is not in this build")
    }

    /// Hands events to the process of `notify`.
    static func delivery(
        _ services: Services,
        _ keycloak: KeycloakLink,
        _ settings: Settings
    ) throws -> WorkerRole.Deliver {
        throw StartFailure("a worker of its own is not in this build")
    }
}
