package import Functions

/// What a token, or an introspection's answer about one, says of its bearer.
package struct TokenClaims: Sendable {
    /// A claim that is there and is not what it must be.
    package struct Malformed: Error, Equatable {
        package let claim: String
    }

    package let json: JSON
    /// `active` of an introspection's answer; nil in a token.
    package let isActive: Bool?
    package let issuer: String?
    package let subject: String?
    /// `aud`, of one or many; empty where there is none.
    package let audience: [String]
    /// `typ`: `Bearer` for an access token; Keycloak has `ID`, `Refresh` and others beside.
    package let type: String?
    /// `azp`: the client that the token was made for.
    package let authorizedParty: String?
    package let sessionID: String?
    package let tokenID: String?
    /// Seconds since 1970, possibly a fraction, possibly absurdly large; never NaN.
    package let expiresAt: Double?
    package let notBefore: Double?
    package let issuedAt: Double?
    /// `realm_access.roles`.
    package let roles: [String]

    package var username: String? { json["preferred_username"]?.string ?? json["username"]?.string }
    package var email: String? { json["email"]?.string }
    package var phoneNumber: String? { json["phone_number"]?.string }
    package var locale: String? { json["locale"]?.string }
    package var scope: String? { json["scope"]?.string }
    /// Whether only the holder of a further key may use the token (`cnf`, RFC 7800).
    package var isBound: Bool { json["cnf"] != nil }

    package init(_ json: JSON) throws(Malformed) {
        self.json = json
        isActive = try TokenClaims.boolean(json, "active")
        issuer = try TokenClaims.string(json, "iss")
        subject = try TokenClaims.string(json, "sub")
        audience = try TokenClaims.strings(json, "aud")
        type = try TokenClaims.string(json, "typ")
        authorizedParty = try TokenClaims.string(json, "azp")
        sessionID = try TokenClaims.string(json, "sid")
        tokenID = try TokenClaims.string(json, "jti")
        expiresAt = try TokenClaims.seconds(json, "exp")
        notBefore = try TokenClaims.seconds(json, "nbf")
        issuedAt = try TokenClaims.seconds(json, "iat")
        roles = try TokenClaims.strings(json["realm_access"] ?? .null, "roles")
    }

    private static func string(_ json: JSON, _ claim: String) throws(Malformed) -> String? {
        guard let value = json[claim] else { return nil }
        guard let text = value.string else { throw Malformed(claim: claim) }
        return text
    }

    private static func boolean(_ json: JSON, _ claim: String) throws(Malformed) -> Bool? {
        switch json[claim] {
        case nil: return nil
        case .boolean(let value): return value
        default: throw Malformed(claim: claim)
        }
    }

    private static func strings(_ json: JSON, _ claim: String) throws(Malformed) -> [String] {
        switch json[claim] {
        case nil: return []
        case .string(let text): return [text]
        case .array(let elements):
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { throw Malformed(claim: claim) }
            return texts
        default: throw Malformed(claim: claim)
        }
    }

    private static func seconds(_ json: JSON, _ claim: String) throws(Malformed) -> Double? {
        switch json[claim] {
        case nil: return nil
        case .integer(let value): return Double(value)
        case .number(let text):
            guard let value = Double(text), !value.isNaN else { throw Malformed(claim: claim) }
            return value
        default: throw Malformed(claim: claim)
        }
    }
}
