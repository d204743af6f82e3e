internal import Functions

/// Serves one function in a process of its own, behind the gateway.
///
/// Takes the declared method and path alone; events come as `POST /`. Makes every check of the
/// gateway's by the same code, but for what only the single way in can decide: origins and rates. The
/// request id is the gateway's.
package final class FunctionEndpoint: ExchangeHandler {
    private let gateway: Gateway

    package init(
        function: BoundFunction,
        services: Services,
        options: GatewayOptions,
        tokens: any TokenVerifier,
        observer: any RequestObserver
    ) {
        var options = options
        options.corsOrigins = []
        options.rateLimit = nil
        gateway = Gateway(
            place: .here(services),
            routes: RouteTable(alone: function),
            options: options,
            tokens: tokens,
            keycloak: nil,
            observer: observer,
            document: []
        )
    }

    package func handle(_ exchange: Exchange) {
        if exchange.head.count("x-request-id") == 1,
            let given = exchange.head.first("x-request-id").flatMap({ UUID($0) })
        {
            exchange.requestID = given
        }
        gateway.handleAPI(exchange)
    }

    package func allowedMethods(path: ArraySlice<UInt8>) -> String {
        gateway.allowedMethods(path: path)
    }
}

extension Gateway {
    /// A gateway whose functions run each in a process of its own.
    package convenience init(
        functions: [BoundFunction],
        forwarder: FunctionForwarder,
        options: GatewayOptions,
        tokens: any TokenVerifier,
        keycloak: any KeycloakForwarder,
        observer: any RequestObserver,
        document: ContiguousArray<UInt8>
    ) {
        self.init(
            place: .elsewhere(forwarder),
            routes: RouteTable(functions),
            options: options,
            tokens: tokens,
            keycloak: keycloak,
            observer: observer,
            document: document
        )
    }
}
