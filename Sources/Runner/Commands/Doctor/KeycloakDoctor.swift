internal import Functions

/// Keycloak, or the embedded provider: reachable, the right issuer, keys, clock, clients, audience.
struct KeycloakDoctor {
    let settings: Settings
    let client: CurlClient

    func findings() async -> [DoctorFinding] {
        let url =
            settings.keycloakURL
            ?? "http://\(settings.identityHost):\(settings.identityPort)/auth"
        let publicURL = settings.publicURL(boundPort: settings.port)
        guard let base = BaseURL(url), let publicBase = BaseURL(publicURL) else {
            return [.failure("KEYCLOAK_URL or PUBLIC_URL is no address to call", "Set it anew.")]
        }
        let server = IdentityServer(
            base: base,
            publicBase: publicBase,
            realm: settings.keycloakRealm,
            client: client
        )
        do throws(ClientError) {
            return try await examine(server)
        } catch {
            return [unreachable(url, error)]
        }
    }

    private func unreachable(_ url: String, _ error: ClientError) -> DoctorFinding {
        guard settings.keycloakURL == nil else {
            return .failure(
                "Keycloak at \(url): \(error)",
                "Start it, or set KEYCLOAK_URL to its base with its path, as in …:8080/auth."
            )
        }
        return .warning(
            "the embedded identity provider at \(url): \(error)",
            "It runs inside runner serve: start that, then run doctor again beside it."
        )
    }

    private func examine(_ server: IdentityServer) async throws(ClientError) -> [DoctorFinding] {
        let sent = SystemClock.now()
        let answer = try await server.get("/.well-known/openid-configuration")
        guard answer.status == 200, let document = try? JSON.parse(answer.body) else {
            return [
                .failure(
                    "realm \(settings.keycloakRealm) at \(server.base.text) answers \(answer.status)",
                    "Import deploy/keycloak/realm.json, or set KEYCLOAK_REALM."
                )
            ]
        }
        var found = [
            issuer(document, server), clock(answer, sent, SystemClock.now()),
            try await keys(server),
        ]
        found += try await introspection(server)
        found.append(try await administration(server))
        return found
    }

    private func issuer(_ document: JSON, _ server: IdentityServer) -> DoctorFinding {
        let found = document["issuer"]?.string ?? ""
        guard !found.hasSameScalars(as: server.issuer) else { return .fine("issuer is \(found)") }
        return .failure(
            "issuer is \(Found.quoted(found)), tokens must come from \(server.issuer)",
            "Set PUBLIC_URL to what clients call, and Keycloak's KC_HOSTNAME to PUBLIC_URL/auth."
        )
    }

    /// Its time lies between sending and receiving, whatever that took, if the clocks agree.
    private func clock(
        _ answer: ClientResponse,
        _ sent: Timestamp,
        _ received: Timestamp
    ) -> DoctorFinding {
        guard let date = answer.head.first("date"), let seconds = DateField.seconds(date) else {
            return .warning("the clocks cannot be compared: no Date", "Look whether NTP runs.")
        }
        // A Date has whole seconds: what it names is up to one later.
        let ahead = sent.milliseconds / 1_000 - (seconds + 1)
        let behind = seconds - received.milliseconds / 1_000
        let skew = max(ahead, behind, 0)
        guard skew > 3 else { return .fine("clocks agree") }
        return .failure(
            "our clock is \(skew) s \(ahead > 0 ? "ahead of" : "behind") Keycloak's",
            "Let NTP set both: tokens seem expired, or not valid yet."
        )
    }

    private func keys(_ server: IdentityServer) async throws(ClientError) -> DoctorFinding {
        let answer = try await server.get("/protocol/openid-connect/certs")
        let keys = (try? JSON.parse(answer.body))?["keys"]?.array ?? []
        let usable = keys.filter { key in
            (key["use"]?.string ?? "sig") == "sig"
                && ["RS256", "ES256"].contains(key["alg"]?.string ?? "RS256")
        }
        guard usable.isEmpty else {
            return .fine("\(usable.count) key(s) that sign with RS256 or ES256")
        }
        return .failure(
            "no key of the realm signs with RS256 or ES256",
            "Add an rsa-generated key provider to the realm."
        )
    }

    // MARK: Clients

    private func introspection(
        _ server: IdentityServer
    ) async throws(ClientError) -> [DoctorFinding] {
        let service = settings.keycloakServiceClient
        let (login, token) = try await server.token(of: service)
        guard let token else {
            return [refused("KEYCLOAK_SERVICE_CLIENT", service, login)]
        }
        var found = [DoctorFinding.fine("client \(service.id) gets a token")]
        let gateway = settings.keycloakClient
        let answer = try await server.introspect(token, by: gateway)
        guard answer.status == 200, let claims = try? JSON.parse(answer.body) else {
            return found + [refused("KEYCLOAK_CLIENT", gateway, answer)]
        }
        found.append(.fine("client \(gateway.id) introspects"))
        found.append(audience(claims, gateway, service))
        let roles = claims["realm_access"]?["roles"]?.array ?? []
        if case .boolean(true)? = claims["active"] {
            let has = roles.contains { $0.string == "service" }
            found.append(
                has
                    ? .fine("client \(service.id) has the role service")
                    : .failure(
                        "client \(service.id) lacks the realm role service",
                        "Give it to the user service-account-\(service.id)."
                    )
            )
        }
        return found
    }

    private func audience(
        _ claims: JSON,
        _ gateway: ClientCredentials,
        _ service: ClientCredentials
    ) -> DoctorFinding {
        let single = claims["aud"]?.string.map { [$0] }
        let audiences = single ?? claims["aud"]?.array?.compactMap(\.string) ?? []
        if case .boolean(true)? = claims["active"], audiences.contains(gateway.id) {
            return .fine("tokens name \(gateway.id) as their audience")
        }
        return .failure(
            "a new token of \(service.id) is not for \(gateway.id)",
            "Add to both clients, \(service.id) and orders-web, a mapper of type Audience with "
                + "Included Client Audience \(gateway.id), for access token and introspection."
        )
    }

    private func administration(_ server: IdentityServer) async throws(ClientError) -> DoctorFinding
    {
        let admin = settings.keycloakAdminClient
        let (login, token) = try await server.token(of: admin)
        guard let token else { return refused("KEYCLOAK_ADMIN_CLIENT", admin, login) }
        let answer = try await server.users(token)
        guard answer.status == 200 else {
            return .failure(
                "client \(admin.id) may not see users (\(answer.status)): nobody can register",
                "Give service-account-\(admin.id) the role manage-users of realm-management."
            )
        }
        return .fine("client \(admin.id) manages users")
    }

    private func refused(
        _ setting: String,
        _ client: ClientCredentials,
        _ answer: ClientResponse
    ) -> DoctorFinding {
        .failure(
            "client \(client.id) is refused with \(answer.status)",
            "Set \(setting)_ID and \(setting)_SECRET as Keycloak has them, and let the client be "
                + "confidential with service accounts on."
        )
    }
}
