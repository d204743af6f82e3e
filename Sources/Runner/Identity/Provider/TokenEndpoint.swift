internal import Functions

/// `POST …/protocol/openid-connect/token`.
extension IdentityService {
    private enum GrantType: String {
        case password
        case refreshToken = "refresh_token"
        case clientCredentials = "client_credentials"
    }

    func token(_ request: IdentityRequest) -> Response {
        do {
            return try grant(request)
        } catch {
            return Answers.error(error, .noStore)
        }
    }

    private func grant(_ request: IdentityRequest) throws(OAuthError) -> Response {
        let form = request.form
        guard let name = form["grant_type"] else {
            throw OAuthError(400, "invalid_request", "Missing form parameter: grant_type")
        }
        guard let type = GrantType(rawValue: name) else {
            throw OAuthError(400, "unsupported_grant_type", "Unsupported grant_type")
        }
        let client = try client(of: request, form: form)
        guard !form.hasDuplicates else {
            throw OAuthError(400, "invalid_request", "duplicated parameter")
        }
        let origin: String?
        do {
            origin = try allowedOrigin(of: request, client: client)
        } catch {
            return ForeignOrigin.answer(.noStore)
        }
        var response =
            switch type {
            case .password: try passwordGrant(form, client)
            case .refreshToken: try refreshGrant(form, client)
            case .clientCredentials: try clientGrant(form, client)
            }
        if let origin { response.fields.allow(origin: origin) }
        return response
    }

    private func passwordGrant(
        _ form: FormFields,
        _ client: RealmClient
    ) throws(OAuthError) -> Response {
        guard client.hasDirectAccess else {
            let reason = "Client not allowed for direct access grants"
            throw OAuthError(400, "unauthorized_client", reason)
        }
        let scope = try scope(form)
        let user = try login(form)
        let session = Session(userID: user.id, client: client.id, now: now)
        try change { _ throws(OAuthError) in ([.session(session)], ()) }
        let grant = TokenMaker.Grant(user: user, client: client, scope: scope, session: session)
        var response = try tokenAnswer(grant, .password)
        if let cookie = localeCookie(user) { response.fields.add("Set-Cookie", cookie) }
        return response
    }

    /// The user of a name and password; slow, since the password is hashed.
    private func login(_ form: FormFields) throws(OAuthError) -> User {
        guard let name = form["username"] else {
            throw OAuthError(401, "invalid_request", "Missing parameter: username")
        }
        let invalid = OAuthError(400, "invalid_grant", "Invalid user credentials")
        let found = store.read { state in
            state.user(named: name) ?? (realm.loginWithEmailAllowed ? state.user(email: name) : nil)
        }
        guard let user = found, user.serviceClient == nil else {
            // As slow as a wrong password: how long it takes must not tell whether a user is there.
            _ = PasswordHash(password: form["password"] ?? "")
            throw invalid
        }
        guard user.isEnabled else { throw OAuthError(400, "invalid_grant", "Account disabled") }
        guard let hash = user.password, let password = form["password"], hash.matches(password)
        else { throw invalid }
        let isSetUp =
            user.requiredActions.isEmpty
            && realm.profile.problems(of: user, whoLogsIn: true).isEmpty
        guard isSetUp else {
            throw OAuthError(400, "invalid_grant", "Account is not fully set up")
        }
        return user
    }

    private func refreshGrant(
        _ form: FormFields,
        _ client: RealmClient
    ) throws(OAuthError) -> Response {
        guard let text = form["refresh_token"] else {
            throw OAuthError(400, "invalid_request", "No refresh token")
        }
        let token = try refreshToken(text)
        guard token.authorizedParty == client.id else {
            let reason = "Invalid refresh token. Token client and authorized client don't match"
            throw OAuthError(400, "invalid_grant", reason)
        }
        _ = try scope(form)
        guard let scope = TokenScope(token.scope), let issuedAt = token.issuedAt else {
            throw OAuthError(400, "invalid_grant", "Invalid refresh token")
        }
        let now = now
        let (session, user) = try change { state throws(OAuthError) in
            guard var session = state.sessions[token.sessionID ?? ""], session.end(realm) > now
            else { throw OAuthError(400, "invalid_grant", "Session not active") }
            guard let user = state.users[session.userID], user.isEnabled else {
                throw OAuthError(400, "invalid_grant", "User disabled")
            }
            guard issuedAt >= Double(max(realm.notBefore, user.notBefore)) else {
                throw OAuthError(400, "invalid_grant", "Stale token")
            }
            session.refreshedAt = now
            return ([.session(session)], (session, user))
        }
        let grant = TokenMaker.Grant(user: user, client: client, scope: scope, session: session)
        return try tokenAnswer(grant, .refresh)
    }

    private func clientGrant(
        _ form: FormFields,
        _ client: RealmClient
    ) throws(OAuthError) -> Response {
        guard !client.isPublic else {
            let reason = "Public client not allowed to retrieve service account"
            throw OAuthError(401, "unauthorized_client", reason)
        }
        let account = store.read { $0.user(named: "service-account-\(client.id)") }
        guard client.hasServiceAccount, let account, account.isEnabled else {
            let reason = "Client not enabled to retrieve service account"
            throw OAuthError(401, "unauthorized_client", reason)
        }
        let scope = try scope(form)
        let grant = TokenMaker.Grant(user: account, client: client, scope: scope, session: nil)
        return try tokenAnswer(grant, .clientCredentials)
    }

    private func scope(_ form: FormFields) throws(OAuthError) -> TokenScope {
        guard let scope = TokenScope(form["scope"]) else {
            let reason = "Invalid scopes: \(form["scope"] ?? "")"
            throw OAuthError(400, "invalid_scope", reason)
        }
        return scope
    }

    private func tokenAnswer(
        _ grant: TokenMaker.Grant,
        _ origin: TokenMaker.Origin
    ) throws(OAuthError) -> Response {
        let now = now
        let access = try sign(tokens.accessClaims(grant, origin: origin, now: now))
        var members: [JSON.Member] = [
            .init("access_token", .string(access)),
            .init("expires_in", .integer(realm.accessTokenLifespan)),
        ]
        if let session = grant.session {
            let refresh = try seal(tokens.refreshClaims(grant, session: session, now: now))
            members += [
                .init("refresh_expires_in", .integer(session.end(realm) - now)),
                .init("refresh_token", .string(refresh)), .init("token_type", "Bearer"),
            ]
            if grant.scope.hasOpenID {
                let claims = tokens.idClaims(grant, accessToken: access, now: now)
                members.append(.init("id_token", .string(try sign(claims))))
            }
        } else {
            members += [.init("refresh_expires_in", 0), .init("token_type", "Bearer")]
        }
        members.append(.init("not-before-policy", .integer(realm.notBefore)))
        if let session = grant.session {
            members.append(.init("session_state", .string(session.id)))
        }
        members.append(.init("scope", .string(grant.scope.shown)))
        return Answers.json(200, .object(members), .noStore)
    }

    /// Keycloak remembers a user's language in the browser.
    private func localeCookie(_ user: User) -> String? {
        guard let locale = user.attribute("locale"),
            realm.supportedLocales?.contains(locale) == true
        else { return nil }
        return "KEYCLOAK_LOCALE=\(locale);Version=1;Path=/auth/realms/\(realm.name)/;"
            + "Secure;HttpOnly;SameSite=None"
    }
}
