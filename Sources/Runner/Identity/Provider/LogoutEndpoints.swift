internal import Functions

/// `…/logout` and `POST …/revoke` (RFC 7009).
extension IdentityService {
    private static let frames = "frame-src 'self'; frame-ancestors 'self'; object-src 'none';"

    /// By a client that holds a refresh token, or by a browser that brings its ID token.
    func logout(_ request: IdentityRequest, _ method: Method) -> Response {
        let form = method == .post ? request.form : request.query
        if method == .post, let refresh = form["refresh_token"] {
            do {
                return try logout(request, form, refresh)
            } catch {
                return Answers.error(error)
            }
        }
        return browserLogout(form)
    }

    private func logout(
        _ request: IdentityRequest,
        _ form: FormFields,
        _ refresh: String
    ) throws(OAuthError) -> Response {
        let client = try client(of: request, form: form)
        let origin: String?
        do {
            origin = try allowedOrigin(of: request, client: client)
        } catch {
            return ForeignOrigin.answer(.unsaid)
        }
        let token = try refreshToken(refresh)
        guard token.authorizedParty == client.id else {
            let reason = "Invalid refresh token. Token client and authorized client don't match"
            throw OAuthError(400, "invalid_grant", reason)
        }
        try end(session: token.sessionID)
        var response = Answers.empty(204, .noCache)
        response.fields.add("Content-Security-Policy", IdentityService.frames)
        if let origin { response.fields.allow(origin: origin) }
        return response
    }

    /// OpenID Connect's RP-initiated logout.
    ///
    /// An expired ID token serves too: it says which session.
    private func browserLogout(_ form: FormFields) -> Response {
        let target = form["post_logout_redirect_uri"]
        let claims = form["id_token_hint"].flatMap(ownToken)
        guard form["id_token_hint"] == nil || claims?.type == "ID" else {
            return page(400, "We are sorry: the ID token is not one of this realm's.")
        }
        let client = realm.clients[claims?.authorizedParty ?? form["client_id"] ?? ""]
        if let target, client?.allows(redirect: target) != true {
            return page(400, "We are sorry: invalid redirect uri.")
        }
        guard let claims else {
            return page(200, "Nobody is logged in here: log out where you logged in.")
        }
        do {
            try end(session: claims.sessionID)
        } catch {
            return Answers.error(error)
        }
        guard let target else { return page(200, "You are logged out.") }
        let state = form["state"].map { "\(target.contains("?") ? "&" : "?")state=\(encode($0))" }
        var response = Answers.empty(302, .noCache)
        response.fields.add("Location", target + (state ?? ""))
        return response
    }

    func revocation(_ request: IdentityRequest) -> Response {
        do {
            return try revoke(request)
        } catch {
            return Answers.error(error)
        }
    }

    private func revoke(_ request: IdentityRequest) throws(OAuthError) -> Response {
        let form = request.form
        let client = try client(of: request, form: form)
        let origin: String?
        do {
            origin = try allowedOrigin(of: request, client: client)
        } catch {
            return ForeignOrigin.answer(.unsaid)
        }
        guard !form.hasDuplicates else {
            throw OAuthError(400, "invalid_request", "duplicated parameter")
        }
        guard let text = form["token"] else {
            throw OAuthError(400, "invalid_request", "Token not provided")
        }
        let refresh = try? refreshToken(text)
        guard let claims = refresh ?? activeToken(text)?.claims else {
            throw OAuthError(200, "invalid_token", "Invalid token")
        }
        guard claims.authorizedParty == client.id else {
            throw OAuthError(400, "invalid_request", "Unmatching clients")
        }
        if refresh != nil {
            try end(session: claims.sessionID)
        } else if let id = claims.tokenID, let end = claims.expiresAt {
            let record = IdentityRecord.revoked(tokenID: id, expiresAt: Int64(end))
            try change { _ throws(OAuthError) in ([record], ()) }
        }
        var response = Answers.empty(200)
        response.fields.add("Content-Security-Policy", IdentityService.frames)
        if let origin { response.fields.allow(origin: origin) }
        return response
    }

    private func end(session id: String?) throws(OAuthError) {
        guard let id else { return }
        try change { state throws(OAuthError) in
            (state.sessions[id] == nil ? [] : [.sessionEnded(id: id)], ())
        }
    }

    func loginPage() -> Response {
        page(
            501,
            "The embedded identity provider has no login pages. Log in by the password grant, or "
                + "run a Keycloak and name it in KEYCLOAK_URL."
        )
    }

    private func page(_ status: Int, _ text: String) -> Response {
        let html = "<!doctype html><meta charset=\"utf-8\"><title>Identity</title><p>\(text)</p>\n"
        var response = Response(status: status, body: ContiguousArray(html.utf8))
        response.fields.add(.noCache)
        response.fields.add("Content-Security-Policy", IdentityService.frames)
        response.fields.add("Content-Type", "text/html;charset=utf-8")
        return response
    }

    private func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122: bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
