internal import Functions

/// Signing tokens and knowing our own again.
extension IdentityService {
    /// A token or an answer that holds: who it is about, all checked against the memory.
    struct ActiveToken {
        let claims: TokenClaims
        let grant: TokenMaker.Grant
    }

    /// A token that everybody can check: RS256 with the newest key.
    func sign(_ claims: JSON) throws(OAuthError) -> String {
        guard let key = store.read({ $0.signingKey }) else {
            throw OAuthError(500, "unknown_error")
        }
        let input = IdentityService.input("RS256", key.id, claims)
        return "\(input).\(Base64.encodeURL(key.key.sign(input.utf8)))"
    }

    /// A token that only we can check, and nobody else needs to: HS512.
    func seal(_ claims: JSON) throws(OAuthError) -> String {
        guard let secret = store.read({ $0.refreshSecret }) else {
            throw OAuthError(500, "unknown_error")
        }
        let input = IdentityService.input("HS512", secret.id, claims)
        return "\(input).\(Base64.encodeURL(HMAC.sha512(key: secret.bytes, input.utf8)))"
    }

    private static func input(_ algorithm: String, _ keyID: String, _ claims: JSON) -> String {
        let header: JSON = ["alg": .string(algorithm), "typ": "JWT", "kid": .string(keyID)]
        return Base64.encodeURL(header.text.utf8) + "." + Base64.encodeURL(claims.text.utf8)
    }

    /// The claims of a refresh token of ours that has not expired; its session may have ended.
    func refreshToken(_ text: String) throws(OAuthError) -> TokenClaims {
        let invalid = OAuthError(400, "invalid_grant", "Invalid refresh token")
        guard let token = SignedToken(text.utf8), token.algorithm == "HS512",
            let secret = store.read({ $0.refreshSecret }), token.keyID == secret.id,
            ConstantTime.areEqual(
                HMAC.sha512(key: secret.bytes, token.signedBytes),
                token.signature
            ), let claims = try? TokenClaims(token.claims), claims.type == "Refresh",
            claims.issuer == tokens.issuer
        else { throw invalid }
        guard let end = claims.expiresAt, end > Double(now) else {
            throw OAuthError(400, "invalid_grant", "Token is not active")
        }
        return claims
    }

    /// The claims of a token that we signed, whatever became of it since.
    func ownToken(_ text: String) -> TokenClaims? {
        guard let token = SignedToken(text.utf8),
            TokenSignature.verify(token, with: store.read { $0.verifiers }) == .valid,
            let claims = try? TokenClaims(token.claims), claims.issuer == tokens.issuer
        else { return nil }
        return claims
    }

    /// An access token that is good at this moment.
    func activeToken(_ text: String) -> ActiveToken? {
        guard let claims = ownToken(text), claims.type == "Bearer",
            let end = claims.expiresAt, end > Double(now), let issuedAt = claims.issuedAt,
            let client = realm.clients[claims.authorizedParty ?? ""], client.isEnabled,
            let scope = TokenScope(claims.scope)
        else { return nil }
        return store.read { state in
            guard state.revoked[claims.tokenID ?? ""] == nil,
                let user = state.users[claims.subject ?? ""], user.isEnabled,
                issuedAt >= Double(max(realm.notBefore, user.notBefore))
            else { return nil }
            var session: Session?
            if let id = claims.sessionID {
                guard let found = state.sessions[id], found.end(realm) > now else { return nil }
                session = found
            }
            let grant = TokenMaker.Grant(
                user: user,
                client: client,
                scope: scope,
                session: session
            )
            return ActiveToken(claims: claims, grant: grant)
        }
    }
}
