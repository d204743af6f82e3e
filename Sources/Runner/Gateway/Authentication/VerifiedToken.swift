package import Functions

/// What a token that was found good says of its bearer.
package final class VerifiedToken: Sendable {
    package let subject: String
    /// The subject, where it is a UUID as Keycloak's own users have it.
    package let userID: UUID?
    package let roles: Roles
    /// Seconds since 1970; the token is good before this moment, not at it.
    package let expiresAt: Double
    package let sessionID: String?
    /// The client that the token was made for.
    package let authorizedParty: String?
    package let email: String?
    package let isEmailVerified: Bool
    package let phoneNumber: String?
    package let locale: String?
    /// The bearer as functions know them; nil where the subject is no UUID.
    package let caller: Caller?

    init(_ claims: TokenClaims, subject: String, expiresAt: Double) {
        self.subject = subject
        self.expiresAt = expiresAt
        userID = UUID(subject)
        roles = Self.roles(claims.roles)
        sessionID = claims.sessionID
        authorizedParty = claims.authorizedParty
        email = claims.email
        isEmailVerified = claims.json["email_verified"] == .boolean(true)
        phoneNumber = claims.phoneNumber
        locale = claims.locale
        caller = userID.map { id in
            Caller(
                userID: UserID(id),
                roles: Self.roles(claims.roles),
                claims: ContactClaims(
                    email: claims.email,
                    phone: claims.phoneNumber,
                    locale: claims.locale
                )
            )
        }
    }

    /// Compared whole and byte by byte; roles of others are passed over.
    private static func roles(_ names: [String]) -> Roles {
        var roles = Roles()
        for name in names {
            if name.hasSameScalars(as: "user") { roles.insert(.user) }
            if name.hasSameScalars(as: "operator") { roles.insert(.operator) }
            if name.hasSameScalars(as: "service") { roles.insert(.service) }
        }
        return roles
    }
}

/// What is wrong with a token; for the log, never for the caller.
package enum TokenFlaw: Error, Sendable, Equatable {
    /// Longer than any token of ours.
    case length
    /// Not a signed token: three parts of base64url, the first two JSON objects.
    case form
    /// Signed with an algorithm that is not taken.
    case algorithm(String)
    case issuer(String)
    case audience([String])
    case expired
    /// `nbf` or `iat` lies in the future.
    case notYetValid(String)
    /// Not an access token.
    case type(String)
    /// Usable only by who holds another key, which nobody checks here.
    case bound
    case missing(String)
    case malformed(String)
    case signature
    case unknownKey
    /// Keycloak says it is not active: logged out, revoked, forged, of a disabled user.
    case inactive
    /// Keycloak could not read it.
    case unreadable
}

extension TokenFlaw: CustomStringConvertible {
    package var description: String {
        switch self {
        case .length: "too long"
        case .form: "not a signed token"
        case .algorithm(let name): "algorithm \(KeycloakTrouble.plain(name)) is not taken"
        case .issuer(let name):
            "issuer \(KeycloakTrouble.plain(name)) is not PUBLIC_URL's; if Keycloak made the token, its"
                + " hostname and PUBLIC_URL differ"
        case .audience(let names):
            "audience \(names.prefix(8).map(KeycloakTrouble.plain)) lacks KEYCLOAK_CLIENT_ID; the client"
                + " that the token was made for wants an audience mapper"
        case .expired: "expired"
        case .notYetValid(let claim): "\(claim) lies in the future; are the clocks right?"
        case .type(let name): "typ \(KeycloakTrouble.plain(name)) is not an access token's"
        case .bound: "bound to another key (cnf)"
        case .missing("sub"): "no sub; does the client have the scope basic?"
        case .missing(let claim): "no \(claim)"
        case .malformed(let claim): "\(claim) is malformed"
        case .signature: "signature"
        case .unknownKey: "no key of Keycloak's signed it"
        case .inactive:
            "Keycloak says it is not active (logged out, revoked, forged, or made without the audience"
                + " KEYCLOAK_CLIENT_ID or under another hostname)"
        case .unreadable: "Keycloak cannot read it"
        }
    }
}

/// What became of a token's check.
package enum TokenVerdict: Sendable {
    case valid(VerifiedToken)
    /// 401.
    case invalid(TokenFlaw)
    /// Nobody could say: 503. The reason is in the log already.
    case unavailable
}
