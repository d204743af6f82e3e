internal import Functions

/// The embedded identity provider and its listener.
struct EmbeddedIdentity: Sendable {
    let server: HTTPServer
    /// What `KEYCLOAK_URL` is to those who use it.
    let url: String
    let realmName: String

    /// Listens at once and serves when the realm is read: `publicURL` is what clients call.
    static func start(
        _ settings: Settings,
        publicURL: String,
        loops: EventLoops,
        log: any Log
    ) throws(StartFailure) -> EmbeddedIdentity {
        guard settings.environment != .production else {
            throw StartFailure(IdentityProvider.Refusal.production.description)
        }
        do {
            let sockets = try HTTPServer.Sockets(
                name: "identity",
                host: settings.identityHost,
                port: settings.identityPort
            )
            let provider = try IdentityProvider(
                realmFile: try realmFile(settings),
                environment: placeholders(settings),
                publicURL: publicURL,
                directory: settings.dataDirectory + "/identity",
                log: log
            )
            let server = HTTPServer(
                name: "identity",
                sockets: sockets,
                handler: provider,
                loops: loops,
                log: log
            )
            try server.start()
            let host = HostName.inURL(settings.identityHost)
            return EmbeddedIdentity(
                server: server,
                url: "http://\(host):\(sockets.bound.port)/auth",
                realmName: provider.realmName
            )
        } catch {
            throw StartFailure("the embedded identity provider cannot start: \(error)")
        }
    }

    /// The realm file of the settings, or the one that is compiled in.
    static func realmFile(_ settings: Settings) throws(StartFailure) -> ContiguousArray<UInt8> {
        guard let path = settings.identityRealm else { return IdentityProvider.compiledRealm }
        switch FileReader.result(path, limit: 4 << 20) {
        case .success(let bytes): return ContiguousArray(bytes)
        case .failure(let failure): throw StartFailure("IDENTITY_REALM \(path): \(failure.reason)")
        }
    }

    /// The realm file's placeholders bear the settings' names.
    private static func placeholders(_ settings: Settings) -> [String: String] {
        [
            "KEYCLOAK_REALM": settings.keycloakRealm,
            "KEYCLOAK_SSL_REQUIRED": settings.keycloakSSLRequired.rawValue,
            "KEYCLOAK_CLIENT_ID": settings.keycloakClient.id,
            "KEYCLOAK_CLIENT_SECRET": settings.keycloakClient.secret.value,
            "KEYCLOAK_ADMIN_CLIENT_ID": settings.keycloakAdminClient.id,
            "KEYCLOAK_ADMIN_CLIENT_SECRET": settings.keycloakAdminClient.secret.value,
            "KEYCLOAK_SERVICE_CLIENT_ID": settings.keycloakServiceClient.id,
            "KEYCLOAK_SERVICE_CLIENT_SECRET": settings.keycloakServiceClient.secret.value,
        ]
    }
}

/// The users of the realm file who have a password there: what the banner shows and `token` uses.
enum DevelopmentUsers {
    static func all(_ settings: Settings) -> [Banner.User] {
        guard settings.keycloakURL == nil, settings.environment != .production,
            let file = try? EmbeddedIdentity.realmFile(settings), let realm = try? JSON.parse(file)
        else { return [] }
        return (realm["users"]?.array ?? []).compactMap { user in
            guard user["enabled"] == .boolean(true), let name = user["username"]?.string,
                let password = user["credentials"]?.array?.first?["value"]?.string
            else { return nil }
            return Banner.User(name: name, password: Secret(password))
        }
    }

    static func password(_ settings: Settings, _ name: String) -> Secret? {
        all(settings).first { $0.name == name }?.password
    }
}

/// Why the process cannot start, in words for whoever runs it.
struct StartFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
