internal import Functions

/// Every setting there is, in the order in which help lists them.
package enum SettingTable {
    package static let all: [SettingDefinition] =
        network + storage + identity + tokens + letters + behaviour + logs

    /// These and the addresses of single functions, which help tells by their pattern.
    static let complete = all + addresses

    static let gateways: Set<Role> = [.serve, .gateway]
    static let functions: Set<Role> = [.serve, .function, .worker]
    static let servers: Set<Role> = [.serve, .gateway, .function, .worker, .identity]
    /// All but `health`, which is to tell of a process whatever its other settings are, and `realm`,
    /// which looks at one file.
    static let everyone = Set(Role.allCases).subtracting([.health, .realm])

    static let network = [
        SettingDefinition(
            "ENVIRONMENT",
            \.environment,
            .choice,
            default: "development",
            for: everyone,
            "development or production; production takes no embedded provider, no default secret"
        ),
        SettingDefinition(
            "HOST",
            \.host,
            .host,
            default: "localhost",
            for: [.serve, .gateway, .function, .doctor],
            "where gateway or function listen; localhost is 127.0.0.1 and ::1, :: both families"
        ),
        SettingDefinition(
            "PORT",
            \.port,
            .port,
            default: "8080",
            for: [.serve, .gateway, .function, .doctor, .client],
            "the port of gateway or function; 0 lets the system choose"
        ),
        SettingDefinition(
            "MANAGEMENT_HOST",
            \.managementHost,
            .host,
            default: "localhost",
            for: servers.union([.health, .doctor]),
            "where health and metrics listen"
        ),
        SettingDefinition(
            "MANAGEMENT_PORT",
            \.managementPort,
            .port,
            default: "9090",
            for: servers.union([.health, .doctor]),
            "the port of /health/live, /health/ready and /metrics"
        ),
        SettingDefinition(
            "PUBLIC_URL",
            optional: \.publicURL,
            .publicURL,
            default: "serve: http://localhost:$PORT",
            for: servers.union([.client, .doctor]),
            "what clients call; the issuer's base"
        ),
    ]

    static let storage = [
        SettingDefinition(
            "DATA_DIR",
            \.dataDirectory,
            .path,
            default: "./data",
            for: [.serve, .function, .identity, .migrate, .store, .doctor],
            where: .uses([.letterDelivery]),
            "SQLite file, mailbox and embedded identities"
        ),
        SettingDefinition(
            "DATABASE_URL",
            optional: \.databaseURL,
            .database,
            default: "sqlite:$DATA_DIR/orders.db",
            for: functions.union([.migrate, .store, .doctor]),
            "sqlite:PATH, or postgres://user:password@host:5432/name"
        ),
        SettingDefinition(
            "DATABASE_CONNECTIONS",
            \.databaseConnections,
            .integer(1...1_000),
            default: "4",
            for: functions.union([.store]),
            "connections of each process to PostgreSQL"
        ),
        SettingDefinition(
            "DATABASE_DISTRIBUTED",
            \.databaseDistributed,
            .toggle,
            default: "false",
            for: functions.union([.migrate, .store]),
            "true for a distributed database that speaks PostgreSQL's protocol"
        ),
        SettingDefinition(
            "SECRET_KEY",
            optional: \.secretKey,
            .secret(),
            default: "development: made once in DATA_DIR",
            for: functions.union([.store, .doctor]),
            "every key of the service derives from it; the same for all processes of a store"
        ),
    ]

    static let behaviour = [
        SettingDefinition(
            "CURRENCY",
            \.currency,
            .currency,
            default: "RUB",
            for: functions.union([.store, .doctor]),
            "of all accounts, by ISO 4217; refused if the store holds another"
        ),
        SettingDefinition(
            "CORS_ORIGINS",
            \.corsOrigins,
            .origins,
            default: "off",
            for: gateways,
            "exact origins separated by commas, or *"
        ),
        SettingDefinition(
            "RATE_LIMIT",
            optional: \.rateLimit,
            .integer(1...1_000_000),
            default: "off",
            for: gateways,
            "requests per second and caller"
        ),
        SettingDefinition(
            "TRUSTED_PROXIES",
            \.trustedProxies,
            .networkRanges,
            default: "none",
            for: gateways,
            "addresses or blocks whose X-Forwarded-* is believed"
        ),
        SettingDefinition(
            "REQUIRE_IDEMPOTENCY_KEY",
            \.requireIdempotencyKey,
            .toggle,
            default: "false",
            for: [.serve, .gateway, .function],
            where: .takesKeys,
            "true: a request that wants a key and has none is refused"
        ),
        SettingDefinition(
            "FUNCTION_URL",
            optional: \.functionURL,
            .functionURL,
            for: [.gateway, .worker],
            "template http://{name}:8080, or FUNCTION_URL_CREATE_ORDER and so on, one by one"
        ),
    ]

    static let logs = [
        SettingDefinition(
            "LOG_LEVEL",
            \.logLevel,
            .choice,
            default: "info",
            for: everyone,
            "debug, info, warning or error"
        ),
        SettingDefinition(
            "LOG_FORMAT",
            optional: \.logFormat,
            .choice,
            default: "text on a terminal, else json",
            for: everyone,
            "text or json"
        ),
    ]
}

extension SettingTable {
    /// Where single functions are found: the gateway calls those with a path, the worker those that
    /// take events.
    static let addresses = Catalog.functions.map { function in
        let name = function.declaration.name
        let caller: Role =
            switch function.declaration.trigger {
            case .http: .gateway
            case .event: .worker
            }
        return SettingDefinition(
            FunctionAddresses.setting(name),
            optional: \.functionURLs[name],
            .functionURL,
            default: "FUNCTION_URL",
            for: [caller],
            "where \(name) is"
        )
    }

    /// Every name that `.env` may hold: settings, and the files of secrets.
    static let names =
        complete.map(\.name) + complete.filter(\.isSecret).map { $0.name + "_FILE" }

    static func isKnown(_ name: String) -> Bool { names.contains(name) }

    static func isRead(_ name: String, by reader: SettingReader) -> Bool {
        complete.contains { definition in
            reader.reads(definition)
                && (definition.name == name
                    || (definition.isSecret && definition.name + "_FILE" == name))
        }
    }
}
