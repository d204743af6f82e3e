internal import Functions

/// `POST …/token/introspect` (RFC 7662) and `…/userinfo`.
extension IdentityService {
    func introspection(_ request: IdentityRequest) -> Response {
        do {
            return Answers.json(200, try introspect(request), .noCache)
        } catch {
            return Answers.error(error)
        }
    }

    private func introspect(_ request: IdentityRequest) throws(OAuthError) -> JSON {
        let form = request.form
        let client = try client(
            of: request,
            form: form,
            mismatch: OAuthError(401, "invalid_client", "Client authentication failed.")
        )
        guard !client.isPublic else {
            throw OAuthError(403, "invalid_request", "Client not allowed.")
        }
        guard !form.hasDuplicates else {
            throw OAuthError(400, "invalid_request", "duplicated parameter")
        }
        guard let text = form["token"] else {
            throw OAuthError(400, "invalid_request", "Token not provided.")
        }
        let hints = ["access_token", "refresh_token", "requesting_party_token"]
        guard hints.contains(form["token_type_hint"] ?? "access_token") else {
            throw OAuthError(400, "invalid_request", "Unsupported token type.")
        }
        // Since 26.6.2 only a client that the token is meant for learns of it.
        guard let token = activeToken(text), token.claims.audience.contains(client.id) else {
            return ["active": false]
        }
        return tokens.introspection(token.grant, token.claims)
    }

    func userInfo(_ request: IdentityRequest) -> Response {
        let posted = request.head.method == .post ? request.form["access_token"] : nil
        guard let text = request.credentials("bearer") ?? posted else {
            return bearerRefusal(401, nil)
        }
        guard let token = activeToken(text) else {
            return bearerRefusal(401, ("invalid_token", "Token verification failed"))
        }
        let origin: String?
        do {
            origin = try allowedOrigin(of: request, client: token.grant.client)
        } catch {
            return ForeignOrigin.answer(.noStore)
        }
        guard token.grant.scope.hasOpenID else {
            return bearerRefusal(403, ("insufficient_scope", "Missing openid scope"))
        }
        var response = Answers.json(200, tokens.userInfo(token.grant), .noStore)
        response.fields.add(.noCache)
        if let origin { response.fields.allow(origin: origin) }
        return response
    }

    /// Keycloak tells the reason in the challenge only.
    private func bearerRefusal(
        _ status: Int,
        _ reason: (error: String, description: String)?
    ) -> Response {
        var challenge = "Bearer realm=\"\(realm.name)\""
        if let reason {
            challenge += ", error=\"\(reason.error)\", error_description=\"\(reason.description)\""
        }
        var response = Answers.empty(status, .noStore)
        response.fields.add("Content-Type", "text/plain;charset=utf-8")
        response.fields.add("WWW-Authenticate", challenge)
        return response
    }
}
