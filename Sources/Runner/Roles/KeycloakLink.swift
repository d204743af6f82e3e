internal import Functions

/// The way to Keycloak, or to what stands for it.
struct KeycloakLink: Sendable {
    let client: CurlClient
    let address: KeycloakAddress

    init(
        _ settings: Settings,
        keycloakURL: String?,
        publicURL: String
    ) throws(StartFailure) {
        guard
            let address = KeycloakAddress(
                keycloakURL: keycloakURL ?? "",
                publicURL: publicURL,
                realm: settings.keycloakRealm
            )
        else { throw StartFailure("KEYCLOAK_URL or PUBLIC_URL is not a URL that can be called") }
        self.address = address
        client = CurlClient()
    }

    /// For a role, which has both URLs from its settings.
    init(_ settings: Settings) throws(StartFailure) {
        try self.init(
            settings,
            keycloakURL: settings.keycloakURL,
            publicURL: settings.publicURL ?? ""
        )
    }

    func administration(_ settings: Settings, _ log: any Log) -> IdentityAdministration {
        KeycloakAdministration(
            client: client,
            address: address,
            credentials: settings.keycloakAdminClient
        ).verbs(log)
    }

    func tokenCheck(_ settings: Settings, _ log: any Log) -> TokenCheck {
        TokenCheck(
            address: address,
            credentials: settings.keycloakClient,
            mode: settings.tokenCheck,
            cacheSeconds: settings.tokenCacheSeconds,
            client: client,
            log: log
        )
    }

    /// The token of calls between processes.
    func serviceToken(_ settings: Settings) -> ServiceToken {
        ServiceToken(
            client: client,
            address: address,
            credentials: settings.keycloakServiceClient,
            secretSetting: "KEYCLOAK_SERVICE_CLIENT_SECRET"
        )
    }

    /// Tells `tokens` and the log whether they can be checked, and if not, which setting to change.
    func selfTest(
        _ tokens: TokenCheck,
        _ settings: Settings,
        _ log: any Log
    ) -> Task<Void, Never> {
        let test = TokenSelfTest(
            client: client,
            address: address,
            credentials: settings.keycloakClient
        )
        return Task { await test.run(telling: tokens.health, log: log) }
    }

    /// What forwards `/auth/**`; a logout on its way drops what `tokens` remembers.
    func proxy(
        _ settings: Settings,
        _ tokens: TokenCheck,
        _ report: RequestReport,
        _ log: any Log
    ) -> KeycloakProxy {
        KeycloakProxy(
            client: client,
            address: address,
            trustedProxies: settings.trustedProxies,
            hooks: .init(revoked: { tokens.revoked($0) }, observer: report),
            log: log
        )
    }
}
