internal import Functions

/// The one place where a token's claims are judged, wherever they come from.
struct TokenRules: Sendable {
    let issuer: String
    /// The client that a token must be made for, among others.
    let audience: String

    /// How far another clock may be ahead of ours, in seconds.
    ///
    /// The end of a token has no leeway.
    static let leeway = 5.0

    /// The bearer that the claims describe; `now` is in seconds since 1970.
    func verify(_ claims: TokenClaims, now: Double) throws(TokenFlaw) -> VerifiedToken {
        guard let name = claims.issuer else { throw .missing("iss") }
        guard name.hasSameScalars(as: issuer) else { throw .issuer(name) }
        guard let type = claims.type else { throw .missing("typ") }
        guard type.hasSameScalars(as: "Bearer") else { throw .type(type) }
        guard let expiresAt = claims.expiresAt else { throw .missing("exp") }
        try verifyTimes(claims, now)
        guard claims.audience.contains(where: { $0.hasSameScalars(as: audience) }) else {
            throw .audience(claims.audience)
        }
        guard !claims.isBound else { throw .bound }
        guard let subject = claims.subject, !subject.isEmpty else { throw .missing("sub") }
        return VerifiedToken(claims, subject: subject, expiresAt: expiresAt)
    }

    /// Refuses what its own words condemn, before anybody is asked.
    ///
    /// Says nothing about what is missing: a lightweight token leaves most of it to introspection.
    func condemn(_ token: SignedToken, now: Double) throws(TokenFlaw) {
        let claims: TokenClaims
        do {
            claims = try TokenClaims(token.claims)
        } catch {
            throw .malformed(error.claim)
        }
        if let name = claims.issuer, !name.hasSameScalars(as: issuer) { throw .issuer(name) }
        if let type = claims.type, !type.hasSameScalars(as: "Bearer") { throw .type(type) }
        try verifyTimes(claims, now)
    }

    private func verifyTimes(_ claims: TokenClaims, _ now: Double) throws(TokenFlaw) {
        if let end = claims.expiresAt, now >= end { throw .expired }
        if let start = claims.notBefore, start > now + Self.leeway { throw .notYetValid("nbf") }
        if let made = claims.issuedAt, made > now + Self.leeway { throw .notYetValid("iat") }
    }
}
