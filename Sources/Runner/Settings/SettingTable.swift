/// Every setting there is, in the order in which help lists them.
package enum SettingTable {
    package static let all: [SettingDefinition] =
        network + storage + identity + tokens + letters + behaviour + logs

    private static let gateways: Set<Role> = [.serve, .gateway]
    private static let functions: Set<Role> = [.serve, .function, .worker]
    private static let servers: Set<Role> = [.serve, .gateway, .function, .worker, .identity]
    private static let everyone = Set(Role.allCases)

    private static let network = [
        SettingDefinition(
            "ENVIRONMENT", \.environment, .choice, default: "development", for: everyone,
            "development or production; production takes no embedded provider, no default secret"),
        SettingDefinition(
            "HOST", \.host, .host, default: "localhost",
            for: [.serve, .gateway, .function, .doctor],
            "where the gateway listens; localhost is 127.0.0.1 and ::1, :: takes both families"),
        SettingDefinition(
            "PORT", \.port, .port, default: "8080",
            for: [.serve, .gateway, .function, .doctor, .client],
            "the gateway's port; 0 lets the system choose"),
        SettingDefinition(
            "MANAGEMENT_HOST", \.managementHost, .host, default: "localhost",
            for: servers.union([.doctor]),
            "where health and metrics listen"),
        SettingDefinition(
            "MANAGEMENT_PORT", \.managementPort, .port, default: "9090",
            for: servers.union([.doctor]),
            "the port of /health/live, /health/ready and /metrics"),
        SettingDefinition(
            "PUBLIC_URL", optional: \.publicURL, .publicURL, default: "http://localhost:$PORT",
            for: servers.union([.client, .doctor]),
            "what clients call; the issuer's base"),
    ]

    private static let storage = [
        SettingDefinition(
            "DATA_DIR", \.dataDirectory, .path, default: "./data",
            for: [.serve, .identity, .store, .doctor],
            "SQLite file, mailbox and embedded identities"),
        SettingDefinition(
            "DATABASE_URL", optional: \.databaseURL, .database,
            default: "sqlite:$DATA_DIR/orders.db", for: functions.union([.store, .doctor]),
            "sqlite:PATH, or postgres://user:password@host:5432/name"),
        SettingDefinition(
            "DATABASE_CONNECTIONS", \.databaseConnections, .integer(1...1_000), default: "4",
            for: functions.union([.store]),
            "connections of each process to PostgreSQL"),
        SettingDefinition(
            "DATABASE_DISTRIBUTED", \.databaseDistributed, .toggle, default: "false",
            for: functions.union([.store]),
            "true for a distributed database that speaks PostgreSQL's protocol"),
        SettingDefinition(
            "SECRET_KEY", optional: \.secretKey, .secret(),
            default: "development: made once in DATA_DIR",
            for: functions.union([.store, .doctor]),
            "every key of the service derives from it; the same for all processes of a store"),
    ]

    private static let identity = [
        SettingDefinition(
            "KEYCLOAK_URL", optional: \.keycloakURL, .baseURL, default: "the embedded provider",
            for: functions.union([.gateway, .doctor]),
            "Keycloak's base with its path, as in http://keycloak:8080/auth"),
        SettingDefinition(
            "KEYCLOAK_REALM", \.keycloakRealm, .realm, default: "otus", for: everyone,
            "the realm of the users"),
        SettingDefinition(
            "IDENTITY_HOST", \.identityHost, .host, default: "127.0.0.1",
            for: [.serve, .identity, .doctor],
            "where the embedded provider listens"),
        SettingDefinition(
            "IDENTITY_PORT", \.identityPort, .port, default: "8180",
            for: [.serve, .identity, .doctor],
            "its port; its base is http://127.0.0.1:8180/auth"),
        SettingDefinition(
            "IDENTITY_REALM", optional: \.identityRealm, .path, default: "the compiled one",
            for: [.serve, .identity, .doctor, .client],
            "another realm file for it, in Keycloak's import format"),
    ]

    private static let tokens = clients + [
        SettingDefinition(
            "TOKEN_CHECK", \.tokenCheck, .choice, default: "introspection",
            for: [.serve, .gateway, .function],
            "introspection asks Keycloak; jwks checks against its keys, blind to a logout"),
        SettingDefinition(
            "TOKEN_CACHE_SECONDS", \.tokenCacheSeconds, .integer(0...10), default: "5",
            for: [.serve, .gateway, .function],
            "how long an introspected token is remembered, 0 to 10; 0: not at all"),
    ]

    private static let clients = [
        SettingDefinition(
            "KEYCLOAK_CLIENT_ID", \.keycloakClient.id, .clientID, default: "gateway",
            for: [.serve, .gateway, .function, .identity, .doctor],
            "the client that introspects; tokens must name it as their audience"),
        SettingDefinition(
            "KEYCLOAK_CLIENT_SECRET", \.keycloakClient.secret, .secret(),
            default: "gateway-secret (none in production)",
            for: [.serve, .gateway, .function, .identity, .doctor],
            "its secret"),
        SettingDefinition(
            "KEYCLOAK_ADMIN_CLIENT_ID", \.keycloakAdminClient.id, .clientID,
            default: "gateway-admin", for: [.serve, .function, .worker, .identity, .doctor],
            "the client that creates users (manage-users)"),
        SettingDefinition(
            "KEYCLOAK_ADMIN_CLIENT_SECRET", \.keycloakAdminClient.secret, .secret(),
            default: "gateway-admin-secret (none in production)",
            for: [.serve, .function, .worker, .identity, .doctor],
            "its secret"),
        SettingDefinition(
            "KEYCLOAK_SERVICE_CLIENT_ID", \.keycloakServiceClient.id, .clientID,
            default: "functions", for: [.serve, .worker, .identity, .doctor],
            "the client for calls between processes (role service)"),
        SettingDefinition(
            "KEYCLOAK_SERVICE_CLIENT_SECRET", \.keycloakServiceClient.secret, .secret(),
            default: "functions-secret (none in production)",
            for: [.serve, .worker, .identity, .doctor],
            "its secret"),
    ]

    private static let mailers: Set<Role> = [.serve, .function, .doctor]

    private static let letters = [
        SettingDefinition(
            "SMTP_URL", optional: \.smtpURL, .smtpURL, default: "a mailbox of .eml files",
            for: mailers,
            "smtp://user:password@host:587; a password wants TLS, except to loopback"),
        SettingDefinition(
            "SMTP_FROM", optional: \.smtpFrom, .mailbox, for: mailers,
            "whom letters are from: an address, or Name <address>"),
        SettingDefinition(
            "NOTIFICATION_CHANNEL", \.notificationChannel, .choice, default: "email",
            for: mailers,
            "email, sms or webhook"),
        SettingDefinition(
            "SMS_URL", optional: \.smsURL,
            .url(["http", "https"], "http:// or https:// with a host and user:password"),
            for: mailers, "a Twilio-compatible API, with its credentials"),
        SettingDefinition(
            "SMS_FROM", optional: \.smsFrom, .line("the sender's number or name"), for: mailers,
            "the number or name that messages come from"),
        SettingDefinition(
            "WEBHOOK_URL", optional: \.webhookURL,
            .url(["http", "https"], credentials: false, "http:// or https:// with a host"),
            for: mailers, "where webhooks are sent"),
        SettingDefinition(
            "WEBHOOK_SECRET", optional: \.webhookSecret, .secret(), for: mailers,
            "signs them, as Standard Webhooks has it"),
    ]

    private static let behaviour = [
        SettingDefinition(
            "CURRENCY", \.currency, .currency, default: "RUB",
            for: functions.union([.store, .doctor]),
            "of all accounts, by ISO 4217; refused if the store holds another"),
        SettingDefinition(
            "CORS_ORIGINS", \.corsOrigins, .origins, default: "off", for: gateways,
            "exact origins separated by commas, or *"),
        SettingDefinition(
            "RATE_LIMIT", optional: \.rateLimit, .integer(1...1_000_000), default: "off",
            for: gateways,
            "requests per second and caller"),
        SettingDefinition(
            "TRUSTED_PROXIES", \.trustedProxies, .networkRanges, default: "none", for: gateways,
            "addresses or blocks whose X-Forwarded-* is believed"),
        SettingDefinition(
            "REQUIRE_IDEMPOTENCY_KEY", \.requireIdempotencyKey, .toggle, default: "false",
            for: [.serve, .gateway, .function],
            "true: a request that wants a key and has none is refused"),
        SettingDefinition(
            "FUNCTION_URL", optional: \.functionURL, .functionURL, for: [.gateway, .worker],
            "template http://{name}:8080, or FUNCTION_URL_CREATE_ORDER and so on, one by one"),
    ]

    private static let logs = [
        SettingDefinition(
            "LOG_LEVEL", \.logLevel, .choice, default: "info", for: everyone,
            "debug, info, warning or error"),
        SettingDefinition(
            "LOG_FORMAT", optional: \.logFormat, .choice, default: "text on a terminal, else json",
            for: everyone,
            "text or json"),
    ]
}

extension SettingTable {
    /// Every name that `.env` may hold: settings, and the files of secrets.
    static let names = all.map(\.name) + all.filter(\.isSecret).map { $0.name + "_FILE" }

    static func isKnown(_ name: String) -> Bool {
        names.contains(name) || isFunctionURL(name)
    }

    /// `FUNCTION_URL_CREATE_ORDER` and its like.
    private static func isFunctionURL(_ name: String) -> Bool {
        let prefix = "FUNCTION_URL_"
        return name.utf8.starts(with: prefix.utf8) && name.utf8.count > prefix.utf8.count
            && name.utf8.allSatisfy { (65...90).contains($0) || $0 == UInt8(ascii: "_") }
    }

    static func isRead(_ name: String, by role: Role) -> Bool {
        all.contains { definition in
            definition.roles.contains(role)
                && (definition.name == name
                    || (definition.isSecret && definition.name + "_FILE" == name)
                    || (definition.name == "FUNCTION_URL" && isFunctionURL(name)))
        }
    }
}
