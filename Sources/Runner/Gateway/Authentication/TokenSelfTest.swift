internal import Functions

/// Finds out at start whether tokens can be checked at all, and says what to change where not.
///
/// To callers a wrong setting looks like a bad token, and to Keycloak too: it answers that every
/// token is inactive. So the gateway has a token made for itself and looks at it from both sides.
package struct TokenSelfTest: Sendable {
    package struct Finding: Sendable, Equatable {
        package let level: LogLevel
        package let text: String
    }

    private let client: CurlClient
    private let address: KeycloakAddress
    private let credentials: ClientCredentials
    private let clock: TokenClock

    package init(
        client: CurlClient,
        address: KeycloakAddress,
        credentials: ClientCredentials,
        clock: TokenClock = .system
    ) {
        self.client = client
        self.address = address
        self.credentials = credentials
        self.clock = clock
    }

    /// Looks until Keycloak is there, ever less often, and logs what it finds.
    ///
    /// Ends with its task.
    package func run(log: any Log) async {
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            do throws(KeycloakTrouble) {
                for finding in try await look() { log.write(finding.level, finding.text, []) }
                return
            } catch {
                log.warning("tokens cannot be checked yet", [("reason", error.reason)])
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(30))
            }
        }
    }

    /// What one look finds; throws where Keycloak does not answer.
    package func look() async throws(KeycloakTrouble) -> [Finding] {
        let text: String
        do throws(KeycloakTrouble) {
            text = try await ServiceToken.mint(client, address, credentials, Self.secretSetting)
                .text
        } catch {
            guard error.cause == .settings else { throw error }
            return try await lookWithoutToken(error)
        }
        guard let token = SignedToken(text.utf8), let claims = try? TokenClaims(token.claims) else {
            return [Finding(level: .error, text: "Keycloak's tokens are not signed tokens (JWT)")]
        }
        var findings = judge(claims)
        let said = try await introspect(text)
        if let trouble = said.trouble {
            findings.append(Finding(level: .error, text: trouble.reason))
        } else if said.isActive != true && findings.isEmpty {
            findings.append(Finding(level: .error, text: Self.inactive))
        }
        return findings.isEmpty
            ? [Finding(level: .info, text: "Keycloak makes and checks tokens as it should")]
            : findings
    }

    private static let secretSetting = "KEYCLOAK_CLIENT_SECRET"
    private static let inactive =
        "Keycloak takes a token that it has just made for inactive: no caller's token will be good."
        + " Its hostname changes with the address it is called by: set its KC_HOSTNAME to"
        + " PUBLIC_URL/auth, and KC_PROXY_HEADERS to xforwarded"

    private func judge(_ claims: TokenClaims) -> [Finding] {
        var findings: [Finding] = []
        func found(_ text: String) { findings.append(Finding(level: .error, text: text)) }
        let issuer = claims.issuer ?? "none"
        if !issuer.hasSameScalars(as: address.issuer) {
            found(
                "tokens bear the issuer \(KeycloakTrouble.plain(issuer)), but PUBLIC_URL wants"
                    + " \(address.issuer): correct PUBLIC_URL, or set Keycloak's KC_HOSTNAME to"
                    + " PUBLIC_URL/auth"
            )
        }
        if !claims.audience.contains(where: { $0.hasSameScalars(as: credentials.id) }) {
            found(
                "a token for client \(credentials.id) lacks it in its audience: give every client"
                    + " an audience mapper for it (in access token and introspection), or correct"
                    + " KEYCLOAK_CLIENT_ID"
            )
        }
        if let made = claims.issuedAt {
            let ahead = made - clock.wall()
            if ahead > TokenRules.leeway || ahead < -3 * TokenRules.leeway {
                let seconds = Int(min(abs(ahead), 1e9))
                let side = ahead > 0 ? "ahead of" : "behind"
                found("Keycloak's clock is \(seconds) s \(side) ours: set both by NTP")
            }
        }
        return findings
    }

    /// No token could be had, perhaps only because the client has no service account.
    private func lookWithoutToken(
        _ refusal: KeycloakTrouble
    ) async throws(KeycloakTrouble) -> [Finding] {
        let said = try await introspect("e30.e30.AA")
        guard said.trouble == nil else { return [Finding(level: .error, text: refusal.reason)] }
        let text =
            "client \(credentials.id) may ask about tokens, but gets none itself, so audience and"
            + " hostname are not tested: enable its service account (\(refusal.reason))"
        return [Finding(level: .warning, text: text)]
    }

    private func introspect(
        _ token: String
    ) async throws(KeycloakTrouble) -> (isActive: Bool?, trouble: KeycloakTrouble?) {
        var request = address.openID(.post, "token", "introspect")
        request.setClient(credentials)
        request.setForm([("token", token)])
        request.mayRepeat = true
        let response: ClientResponse
        do {
            response = try await client.response(to: request)
        } catch {
            throw KeycloakTrouble(error, at: address)
        }
        guard response.status == 200 || response.status == 400 else {
            let trouble = KeycloakTrouble(
                response,
                to: "introspection",
                as: credentials.id,
                secretSetting: Self.secretSetting
            )
            return (nil, trouble)
        }
        let json = try? JSON.parse(response.body)
        return (json?["active"] == .boolean(true), nil)
    }
}
