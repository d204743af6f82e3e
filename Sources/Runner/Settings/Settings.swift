internal import Functions

/// Every setting of the runner, read once at start.
///
/// Names, defaults, meaning and who reads them stand in `SettingTable`; each member bears its
/// setting's name in camel case. Values here have passed their checks.
package struct Settings: Sendable {
    package enum Environment: String, Sendable, CaseIterable { case development, production }
    package enum TokenCheck: String, Sendable, CaseIterable { case introspection, jwks }
    package enum NotificationChannel: String, Sendable, CaseIterable { case email, sms, webhook }
    package enum SSLRequirement: String, Sendable, CaseIterable { case all, external, none }
    package enum LogFormat: String, Sendable, CaseIterable { case text, json }
    package enum DatabaseLocation: Sendable, Equatable {
        case sqlite(path: String)
        /// A connection URL, which may hold a password.
        case postgresql(Secret)
    }

    package var environment = Environment.development
    package var host = "localhost"
    package var port = 8080
    package var managementHost = "localhost"
    package var managementPort = 9090
    /// Without a slash at its end; nil: `http://localhost` with the port, once that is bound.
    package var publicURL: String?
    package var dataDirectory = "./data"
    /// Nil: `orders.db` in the data directory.
    package var databaseURL: DatabaseLocation?
    package var databaseConnections = 4
    package var databaseDistributed = false
    /// Nil in development only: `SecretKeyFile` makes one.
    package var secretKey: Secret?
    /// The base with its path and without a slash at its end; nil: the embedded provider.
    package var keycloakURL: String?
    package var identityHost = "127.0.0.1"
    package var identityPort = 8180
    /// The path of a realm file; nil: the one compiled in.
    package var identityRealm: String?
    package var keycloakRealm = "otus"
    package var keycloakSSLRequired = SSLRequirement.external
    package var keycloakClient = ClientCredentials(id: "gateway", secret: Secret("gateway-secret"))
    package var keycloakAdminClient = ClientCredentials(
        id: "gateway-admin",
        secret: Secret("gateway-admin-secret")
    )
    package var keycloakServiceClient = ClientCredentials(
        id: "functions",
        secret: Secret("functions-secret")
    )
    package var tokenCheck = TokenCheck.introspection
    package var tokenCacheSeconds = 5
    package var smtpURL: Secret?
    package var smtpFrom: String?
    package var notificationChannel = NotificationChannel.email
    package var smsURL: Secret?
    package var smsFrom: String?
    package var webhookURL: Secret?
    package var webhookSecret: Secret?
    package var currency = "RUB"
    /// Exact origins, or `*` alone.
    package var corsOrigins: [String] = []
    package var rateLimit: Int?
    package var trustedProxies: [NetworkRange] = []
    package var requireIdempotencyKey = false
    /// A template: `{name}` stands for the function's name in kebab-case.
    package var functionURL: String?
    /// By declared name: the functions that have an address of their own.
    package var functionURLs: [String: String] = [:]
    package var logLevel = LogLevel.info
    /// Nil: text on a terminal, JSON elsewhere.
    package var logFormat: LogFormat?

    package init() {}

    /// Where the rows are kept.
    package var database: DatabaseLocation {
        databaseURL ?? .sqlite(path: dataDirectory + "/orders.db")
    }

    /// The address of a function's process, by its declared name; nil where none is set.
    package func address(ofFunction name: String) -> String? {
        (functionURLs[name] ?? functionURL).map {
            FunctionURL.fill($0, name: name.kebabCase)
        }
    }

    /// What clients call, for a gateway that listens on this port.
    package func publicURL(boundPort: Int) -> String {
        publicURL ?? "http://localhost:\(boundPort)"
    }
}
