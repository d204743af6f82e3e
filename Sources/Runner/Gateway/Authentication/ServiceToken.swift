internal import Functions

/// A token of one of our own clients (client credentials), kept and renewed before it ends.
package actor ServiceToken {
    private struct Kept {
        let text: String
        let renewAt: Double
        /// When Keycloak lets it end.
        let endsAt: Double
    }

    /// How long Keycloak is left alone after a renewal that failed, while the token is still good.
    private static let pauseSeconds: Double = 1

    private let client: CurlClient
    private let address: KeycloakAddress
    private let credentials: ClientCredentials
    /// The setting that holds the secret, for the log.
    private let secretSetting: String
    private let clock: TokenClock
    private var kept: Kept?
    private var nextAttempt = -Double.infinity
    private var renewal: Task<Result<Kept, KeycloakTrouble>, Never>?

    package init(
        client: CurlClient,
        address: KeycloakAddress,
        credentials: ClientCredentials,
        secretSetting: String,
        clock: TokenClock = .system
    ) {
        self.client = client
        self.address = address
        self.credentials = credentials
        self.secretSetting = secretSetting
        self.clock = clock
    }

    /// The token; however many wait for it, it is asked for once.
    ///
    /// One that could not be renewed in time is used until its own end.
    package func text() async throws(KeycloakTrouble) -> String {
        if let good = goodText, max(kept?.renewAt ?? 0, nextAttempt) > clock.steady() {
            return good
        }
        let task = renewal ?? begin()
        let result = await task.value
        if renewal == task { end(result) }
        switch result {
        case .success(let renewed): return renewed.text
        case .failure(let trouble):
            guard let goodText else { throw trouble }
            return goodText
        }
    }

    /// The one that is kept, until its end.
    private var goodText: String? {
        guard let kept, kept.endsAt > clock.steady() else { return nil }
        return kept.text
    }

    private func end(_ result: Result<Kept, KeycloakTrouble>) {
        renewal = nil
        switch result {
        case .success(let renewed): kept = renewed
        case .failure: nextAttempt = clock.steady() + ServiceToken.pauseSeconds
        }
    }

    /// Forgets the token, because somebody did not take it.
    package func drop(_ text: String) {
        if kept?.text == text { kept = nil }
    }

    /// A task of its own: a caller who leaves does not end it for the others.
    private func begin() -> Task<Result<Kept, KeycloakTrouble>, Never> {
        let client = client
        let address = address
        let credentials = credentials
        let secretSetting = secretSetting
        let clock = clock
        let task = Task {
            do throws(KeycloakTrouble) {
                let askedAt = clock.steady()
                let minted = try await ServiceToken.mint(
                    client,
                    address,
                    credentials,
                    secretSetting
                )
                // A fifth of its life, or half a minute, is left for it to be used in.
                let margin = min(minted.seconds / 5, 30)
                let endsAt = askedAt + minted.seconds
                return Result<Kept, KeycloakTrouble>.success(
                    Kept(text: minted.text, renewAt: endsAt - margin, endsAt: endsAt)
                )
            } catch {
                return .failure(error)
            }
        }
        renewal = task
        return task
    }

    /// Asks Keycloak for a token now.
    static func mint(
        _ client: CurlClient,
        _ address: KeycloakAddress,
        _ credentials: ClientCredentials,
        _ secretSetting: String
    ) async throws(KeycloakTrouble) -> (text: String, seconds: Double) {
        var request = address.openID(.post, "token")
        request.setClient(credentials)
        request.setForm([("grant_type", "client_credentials")])
        let response: ClientResponse
        do {
            response = try await client.response(to: request)
        } catch {
            throw KeycloakTrouble(error, at: address)
        }
        guard response.status == 200 else {
            throw KeycloakTrouble(
                response,
                to: "token",
                as: credentials.id,
                secretSetting: secretSetting
            )
        }
        guard let json = try? JSON.parse(response.body), let text = json["access_token"]?.string
        else {
            throw KeycloakTrouble(.answer, "token: no access_token in the answer")
        }
        let seconds = json["expires_in"]?.integer ?? 0
        return (text, Double(min(max(seconds, 0), 86_400)))
    }
}
