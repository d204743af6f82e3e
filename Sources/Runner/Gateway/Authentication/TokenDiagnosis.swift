internal import Functions

/// What the self-test has found out about the tokens that Keycloak makes.
///
/// Before the first look nothing is known, and nothing is excused.
package struct TokenDiagnosis: Sendable, Equatable {
    package struct Finding: Sendable, Equatable {
        package let level: LogLevel
        package let text: String
    }

    /// For the log.
    package var findings: [Finding] = []
    /// What Keycloak's tokens bear in place of our issuer.
    var issuer: String?
    /// What Keycloak signs with, where that is not taken.
    var algorithm: String?
    var lacksAudience = false
    /// How far Keycloak's clock is ahead of ours, in seconds; 0 where it is near enough.
    var clockAhead = 0.0
    /// Keycloak says of a token that it has just made that it is not active.
    var isInactive = false

    package init() {}

    package var isWell: Bool { !findings.contains { $0.level == .error } }

    /// What is wrong with Keycloak or our settings, and what to change.
    var reason: String {
        findings.filter { $0.level == .error }.map(\.text).joined(separator: "; ")
    }

    mutating func found(_ level: LogLevel, _ text: String) {
        findings.append(Finding(level: level, text: text))
    }

    /// The rules that a genuine token keeps as long as this is so.
    ///
    /// A token that breaks them, too, is bad whatever is wrong with Keycloak. One that keeps them is
    /// not good for that: who bears it cannot be said.
    func excusing(_ rules: TokenRules) -> TokenRules {
        var excusing = rules
        if let issuer { excusing.issuers.append(issuer) }
        if lacksAudience { excusing.audience = nil }
        excusing.clockAhead = clockAhead
        return excusing
    }

    /// Whether a genuine token would be refused for this just as well.
    func explains(_ flaw: TokenFlaw, of token: SignedToken, for audience: String?) -> Bool {
        switch flaw {
        case .algorithm(let name): algorithm.map { $0.hasSameScalars(as: name) } ?? false
        case .inactive: isInactive && !(lacksOnlyAudience && token.names(audience))
        default: false
        }
    }

    /// Then a token that names the audience is inactive for a reason of its own.
    private var lacksOnlyAudience: Bool { lacksAudience && issuer == nil }
}

extension SignedToken {
    fileprivate func names(_ audience: String?) -> Bool {
        guard let audience, let claims = try? TokenClaims(self.claims) else { return false }
        return claims.audience.contains { $0.hasSameScalars(as: audience) }
    }
}
