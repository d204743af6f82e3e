internal import Functions

/// The one place where a token's claims are judged, wherever they come from.
struct TokenRules: Sendable {
    /// A token bears one of them.
    var issuers: [String]
    /// The client that a token must be made for, among others; nil where it does not matter.
    var audience: String?
    /// How far the clock that tokens are made by is ahead of ours, in seconds.
    var clockAhead = 0.0

    /// How far another clock may be ahead of ours, in seconds.
    ///
    /// The end of a token has no leeway.
    static let leeway = 5.0

    /// The bearer that the claims describe; `now` is in seconds since 1970.
    func verify(_ claims: TokenClaims, now: Double) throws(TokenFlaw) -> VerifiedToken {
        guard let name = claims.issuer else { throw .missing("iss") }
        guard isKnown(name) else { throw .issuer(name) }
        guard let type = claims.type else { throw .missing("typ") }
        guard type.hasSameScalars(as: "Bearer") else { throw .type(type) }
        guard let expiresAt = claims.expiresAt else { throw .missing("exp") }
        try verifyTimes(claims, now)
        guard isMeant(claims.audience) else { throw .audience(claims.audience) }
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
        if let name = claims.issuer, !isKnown(name) { throw .issuer(name) }
        if let type = claims.type, !type.hasSameScalars(as: "Bearer") { throw .type(type) }
        try verifyTimes(claims, now)
    }

    private func isKnown(_ name: String) -> Bool {
        issuers.contains { name.hasSameScalars(as: $0) }
    }

    private func isMeant(_ names: [String]) -> Bool {
        guard let audience else { return true }
        return names.contains { $0.hasSameScalars(as: audience) }
    }

    private func verifyTimes(_ claims: TokenClaims, _ ourNow: Double) throws(TokenFlaw) {
        let now = ourNow + clockAhead
        if let end = claims.expiresAt, now >= end { throw .expired }
        if let start = claims.notBefore, start > now + Self.leeway { throw .notYetValid("nbf") }
        if let made = claims.issuedAt, made > now + Self.leeway { throw .notYetValid("iat") }
    }
}
