internal import Functions

/// Why Keycloak did not do what was asked, though the asking was in order.
package struct KeycloakTrouble: Error, Sendable, Equatable {
    package enum Cause: Sendable, Equatable {
        /// No answer: it is down, unreachable, too slow or broken off.
        case absent
        /// It does not take us for who we are: a setting of ours is wrong.
        case settings
        /// An answer that makes no sense here.
        case answer
    }

    package let cause: Cause
    /// For the log: what happened, and what to change.
    package let reason: String

    package init(_ cause: Cause, _ reason: String) {
        self.cause = cause
        self.reason = reason
    }

    init(_ error: ClientError, at address: KeycloakAddress) {
        let cause: Cause
        switch error {
        case .unreachable, .timedOut, .closedUnanswered, .cancelled: cause = .absent
        case .broken, .tooLarge: cause = .answer
        }
        self.init(cause, "Keycloak at \(address.base.text): \(error); see KEYCLOAK_URL")
    }

    /// What an answer says that is not the one hoped for.
    init(_ response: ClientResponse, to what: String, as client: String, secretSetting: String) {
        let said = KeycloakTrouble.said(response)
        switch response.status {
        case 401:
            let names = "\(secretSetting.replacingSecretByID) and \(secretSetting)"
            self.init(.settings, "\(what): client \(client) is not taken (\(said)); check \(names)")
        case 403:
            self.init(
                .settings,
                "\(what): client \(client) may not (\(said)); it must be confidential, have the role"
                    + " for this, and its realm be enabled"
            )
        case 404:
            self.init(
                .settings,
                "\(what): not found (\(said)); check KEYCLOAK_URL and KEYCLOAK_REALM"
            )
        default: self.init(.answer, "\(what): Keycloak answers \(response.status) (\(said))")
        }
    }

    /// The answer's own words, as far as they are harmless in a log.
    static func said(_ response: ClientResponse) -> String {
        guard let json = try? JSON.parse(response.body) else { return "no JSON" }
        let texts = ["error", "error_description", "errorMessage"].compactMap { json[$0]?.string }
        return texts.isEmpty ? "no error text" : texts.map(plain).joined(separator: ": ")
    }

    /// At most 200 characters of printable ASCII.
    static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(200).map {
                $0.value >= 32 && $0.value < 127 ? Character($0) : "?"
            }
        )
    }
}

extension String {
    fileprivate var replacingSecretByID: String {
        hasSuffix("_SECRET") ? String(dropLast(6)) + "ID" : self
    }
}
