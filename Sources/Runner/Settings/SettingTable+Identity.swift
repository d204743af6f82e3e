internal import Functions

// Who the users are and how their tokens are checked.
extension SettingTable {
    static let identity = [
        SettingDefinition(
            "KEYCLOAK_URL",
            optional: \.keycloakURL,
            .baseURL,
            default: "serve: the embedded provider",
            for: functions.union([.gateway, .doctor]),
            "Keycloak's base with its path, as in http://keycloak:8080/auth"
        ),
        SettingDefinition(
            "KEYCLOAK_REALM",
            \.keycloakRealm,
            .realm,
            default: "otus",
            for: everyone.subtracting([.migrate]),
            "the realm of the users"
        ),
        SettingDefinition(
            "KEYCLOAK_SSL_REQUIRED",
            \.keycloakSSLRequired,
            .choice,
            default: "external",
            for: [.serve, .identity, .doctor],
            "whom the embedded provider refuses without TLS: all, external (public addresses), none"
        ),
        SettingDefinition(
            "IDENTITY_HOST",
            \.identityHost,
            .host,
            default: "127.0.0.1",
            for: [.serve, .identity, .doctor],
            "where the embedded provider listens"
        ),
        SettingDefinition(
            "IDENTITY_PORT",
            \.identityPort,
            .port,
            default: "8180",
            for: [.serve, .identity, .doctor],
            "its port; its base is http://127.0.0.1:8180/auth"
        ),
        SettingDefinition(
            "IDENTITY_REALM",
            optional: \.identityRealm,
            .path,
            default: "the compiled one",
            for: [.serve, .identity, .doctor, .client, .realm],
            "another realm file for it, in Keycloak's import format"
        ),
    ]

    static let tokens =
        clients + [
            SettingDefinition(
                "TOKEN_CHECK",
                \.tokenCheck,
                .choice,
                default: "introspection",
                for: [.serve, .gateway, .function],
                where: .checksTokens,
                "introspection asks Keycloak; jwks checks against its keys, blind to a logout"
            ),
            SettingDefinition(
                "TOKEN_CACHE_SECONDS",
                \.tokenCacheSeconds,
                .integer(0...10),
                default: "5",
                for: [.serve, .gateway, .function],
                where: .checksTokens,
                "how long an introspected token is remembered, 0 to 10; 0: not at all"
            ),
        ]

    static let clients = [
        SettingDefinition(
            "KEYCLOAK_CLIENT_ID",
            \.keycloakClient.id,
            .clientID,
            default: "gateway",
            for: [.serve, .gateway, .function, .identity, .doctor],
            where: .checksTokens,
            "the client that introspects; tokens must name it as their audience"
        ),
        SettingDefinition(
            "KEYCLOAK_CLIENT_SECRET",
            \.keycloakClient.secret,
            .secret(),
            default: "gateway-secret (none in production)",
            for: [.serve, .gateway, .function, .identity, .doctor],
            where: .checksTokens,
            "its secret"
        ),
        SettingDefinition(
            "KEYCLOAK_ADMIN_CLIENT_ID",
            \.keycloakAdminClient.id,
            .clientID,
            default: "gateway-admin",
            for: [.serve, .function, .worker, .identity, .doctor],
            where: .uses([.identityAdministration]),
            "the client that creates users (manage-users)"
        ),
        SettingDefinition(
            "KEYCLOAK_ADMIN_CLIENT_SECRET",
            \.keycloakAdminClient.secret,
            .secret(),
            default: "gateway-admin-secret (none in production)",
            for: [.serve, .function, .worker, .identity, .doctor],
            where: .uses([.identityAdministration]),
            "its secret"
        ),
        SettingDefinition(
            "KEYCLOAK_SERVICE_CLIENT_ID",
            \.keycloakServiceClient.id,
            .clientID,
            default: "functions",
            for: [.serve, .worker, .identity, .doctor],
            "the client for calls between processes (role service)"
        ),
        SettingDefinition(
            "KEYCLOAK_SERVICE_CLIENT_SECRET",
            \.keycloakServiceClient.secret,
            .secret(),
            default: "functions-secret (none in production)",
            for: [.serve, .worker, .identity, .doctor],
            "its secret"
        ),
    ]
}
