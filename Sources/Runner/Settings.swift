/// Every setting of the runner, read once at start.
///
/// Names, defaults and meaning stand in the README; each member bears its setting's name in camel case.
package struct Settings: Sendable {
    package enum Environment: String, Sendable, CaseIterable { case development, production }
    package enum TokenCheck: String, Sendable, CaseIterable { case introspection, jwks }
    package enum NotificationChannel: String, Sendable, CaseIterable { case email, sms, webhook }
    package enum LogFormat: String, Sendable, CaseIterable { case text, json }

    package var environment = Environment.development
    package var host = "localhost"
    package var port = 8080
    package var managementHost = "localhost"
    package var managementPort = 9090
    /// Without a slash at its end; nil until the port is known (`serve` derives it).
    package var publicURL: String?
    package var dataDirectory = "./data"
    package var databaseURL: String?
    package var databaseConnections = 4
    package var databaseDistributed = false
    package var secretKey: Secret?
    /// The base with its path and without a slash at its end; nil: the embedded provider.
    package var keycloakURL: String?
    package var identityHost = "127.0.0.1"
    package var identityPort = 8180
    /// The path of a realm file; nil: the one compiled in.
    package var identityRealm: String?
    package var keycloakRealm = "otus"
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
    package var corsOrigins: [String] = []
    package var rateLimit: Int?
    package var trustedProxies: [String] = []
    package var requireIdempotencyKey = false
    package var logLevel = LogLevel.info
    package var logFormat: LogFormat?

    package init() {}
}

/// A client of Keycloak's and its secret.
package struct ClientCredentials: Sendable {
    package let id: String
    package let secret: Secret

    package init(id: String, secret: Secret) {
        self.id = id
        self.secret = secret
    }
}

/// A value that is never printed.
package struct Secret: Sendable, Equatable, CustomStringConvertible {
    package let value: String

    package init(_ value: String) { self.value = value }

    package var description: String { "[redacted]" }
}
