internal import Functions

/// Finds out whether tokens can be checked at all, and says what to change where not.
///
/// To callers a wrong setting looks like a bad token, and to Keycloak too: it answers that every
/// token is inactive. So whoever checks tokens has one made for itself and looks at it from both
/// sides.
package struct TokenSelfTest: Sendable {
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

    /// Looks ever less often until all is well, and then only where tokens have been refused since.
    ///
    /// Tells `health`, and the log where something has changed. Ends with its task.
    package func run(
        telling health: TokenHealth,
        log: any Log,
        pauses: ClosedRange<Duration> = .seconds(1) ... .seconds(30)
    ) async {
        var pause = pauses.lowerBound
        while !Task.isCancelled {
            if await finds(health, log) {
                pause = pauses.lowerBound
                repeat {
                    try? await Task.sleep(for: pauses.upperBound)
                } while !Task.isCancelled && !health.takeDoubt()
            } else {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, pauses.upperBound)
            }
        }
    }

    /// Looks once; whether all is well.
    private func finds(_ health: TokenHealth, _ log: any Log) async -> Bool {
        do throws(KeycloakTrouble) {
            let diagnosis = try await look()
            if diagnosis.findings != health.diagnosis.findings {
                for finding in diagnosis.findings { log.write(finding.level, finding.text, []) }
            }
            health.learn(diagnosis)
            return diagnosis.isWell
        } catch {
            if !Task.isCancelled {
                log.warning("tokens cannot be checked yet", [("reason", error.reason)])
            }
            return false
        }
    }

    /// What one look finds; throws where Keycloak does not answer.
    package func look() async throws(KeycloakTrouble) -> TokenDiagnosis {
        let text: String
        do throws(KeycloakTrouble) {
            text = try await ServiceToken.mint(client, address, credentials, Self.secretSetting)
                .text
        } catch {
            guard error.cause == .settings else { throw error }
            return try await lookWithoutToken(error)
        }
        var diagnosis = TokenDiagnosis()
        guard let token = SignedToken(text.utf8), let claims = try? TokenClaims(token.claims) else {
            diagnosis.found(.error, "Keycloak's tokens are not signed tokens (JWT)")
            return diagnosis
        }
        judge(token, claims, &diagnosis)
        let said = try await introspect(text)
        diagnosis.isInactive = said.trouble == nil && said.isActive != true
        if let trouble = said.trouble {
            diagnosis.found(.error, trouble.reason)
        } else if diagnosis.isInactive && diagnosis.findings.isEmpty {
            diagnosis.found(.error, Self.inactive)
        }
        if diagnosis.isWell {
            diagnosis.found(.info, "Keycloak makes and checks tokens as it should")
        }
        return diagnosis
    }

    private static let secretSetting = "KEYCLOAK_CLIENT_SECRET"
    private static let inactive =
        "Keycloak takes a token that it has just made for inactive: no caller's token will be good."
        + " Its hostname changes with the address it is called by: set its KC_HOSTNAME to"
        + " PUBLIC_URL/auth, and KC_PROXY_HEADERS to xforwarded"

    private func judge(
        _ token: SignedToken,
        _ claims: TokenClaims,
        _ diagnosis: inout TokenDiagnosis
    ) {
        if SignatureAlgorithm(rawValue: token.algorithm) == nil {
            diagnosis.algorithm = token.algorithm
            let taken = SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            diagnosis.found(
                .error,
                "tokens are signed with \(KeycloakTrouble.plain(token.algorithm)), which is not"
                    + " taken: set the realm's default signature algorithm to one of \(taken)"
            )
        }
        judge(issuer: claims.issuer, &diagnosis)
        if !claims.audience.contains(where: { $0.hasSameScalars(as: credentials.id) }) {
            diagnosis.lacksAudience = true
            diagnosis.found(
                .error,
                "a token for client \(credentials.id) lacks it in its audience: give every client"
                    + " an audience mapper for it (in access token and introspection), or correct"
                    + " KEYCLOAK_CLIENT_ID"
            )
        }
        if let made = claims.issuedAt { judge(time: made, &diagnosis) }
    }

    private func judge(issuer: String?, _ diagnosis: inout TokenDiagnosis) {
        let name = issuer ?? "none"
        guard !name.hasSameScalars(as: address.issuer) else { return }
        diagnosis.issuer = issuer
        diagnosis.found(
            .error,
            "tokens bear the issuer \(KeycloakTrouble.plain(name)), but PUBLIC_URL wants"
                + " \(address.issuer): correct PUBLIC_URL, or set Keycloak's KC_HOSTNAME to"
                + " PUBLIC_URL/auth"
        )
    }

    /// `time` is now, by Keycloak's clock.
    private func judge(time: Double, _ diagnosis: inout TokenDiagnosis) {
        let ahead = time - clock.wall()
        guard ahead > TokenRules.leeway || ahead < -3 * TokenRules.leeway else { return }
        diagnosis.clockAhead = ahead
        let seconds = Int(min(abs(ahead), 1e9))
        let side = ahead > 0 ? "ahead of" : "behind"
        diagnosis.found(.error, "Keycloak's clock is \(seconds) s \(side) ours: set both by NTP")
    }

    /// No token could be had, perhaps only because the client has no service account.
    private func lookWithoutToken(
        _ refusal: KeycloakTrouble
    ) async throws(KeycloakTrouble) -> TokenDiagnosis {
        var diagnosis = TokenDiagnosis()
        try await judgeDiscovery(&diagnosis)
        let said = try await introspect("e30.e30.AA")
        if said.trouble == nil {
            diagnosis.found(
                .warning,
                "client \(credentials.id) may ask about tokens, but gets none itself, so their"
                    + " audience is not tested: enable its service account (\(refusal.reason))"
            )
        } else {
            diagnosis.found(.error, refusal.reason)
        }
        return diagnosis
    }

    /// What Keycloak tells everybody: its name, and by the way its time.
    private func judgeDiscovery(
        _ diagnosis: inout TokenDiagnosis
    ) async throws(KeycloakTrouble) {
        let response = try await answer(address.discovery())
        guard response.status == 200, let document = try? JSON.parse(response.body) else { return }
        if let issuer = document["issuer"]?.string { judge(issuer: issuer, &diagnosis) }
        if let date = response.head.first("date"), let seconds = DateField.seconds(date) {
            judge(time: Double(seconds), &diagnosis)
        }
    }

    private func introspect(
        _ token: String
    ) async throws(KeycloakTrouble) -> (isActive: Bool?, trouble: KeycloakTrouble?) {
        var request = address.openID(.post, "token", "introspect")
        request.setClient(credentials)
        request.setForm([("token", token)])
        let response = try await answer(request)
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

    private func answer(_ request: ClientRequest) async throws(KeycloakTrouble) -> ClientResponse {
        var request = request
        request.mayRepeat = true
        do {
            return try await client.response(to: request)
        } catch {
            throw KeycloakTrouble(error, at: address)
        }
    }
}
