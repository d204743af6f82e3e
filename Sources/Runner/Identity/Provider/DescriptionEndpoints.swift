internal import Functions

/// What the realm says of itself.
extension IdentityService {
    func realmDescription() -> Response {
        let key = store.read { $0.signingKey?.key.publicDER } ?? []
        let value: JSON = [
            "realm": .string(realm.name), "public_key": .string(Base64.encode(key)),
            "token-service": .string("\(tokens.issuer)/protocol/openid-connect"),
            "account-service": .string("\(tokens.issuer)/account"),
            "tokens-not-before": .integer(realm.notBefore),
        ]
        return Answers.administration(value)
    }

    func keySet() -> Response {
        let keys = store.read { state in state.keys.reversed().map(\.publicJSON) }
        return Answers.json(200, ["keys": .array(keys)], .noCache)
    }

    func discovery() -> Response {
        var response = Answers.json(200, discoveryDocument)
        response.fields.add(
            "Cache-Control",
            "no-cache, must-revalidate, no-transform, no-store"
        )
        return response
    }

    /// Only what this provider has: nobody is sent to a page that is not there.
    private var discoveryDocument: JSON {
        let base = "\(tokens.issuer)/protocol/openid-connect"
        let clientLogins: JSON = ["client_secret_basic", "client_secret_post"]
        return [
            "issuer": .string(tokens.issuer),
            "authorization_endpoint": .string("\(base)/auth"),
            "token_endpoint": .string("\(base)/token"),
            "introspection_endpoint": .string("\(base)/token/introspect"),
            "userinfo_endpoint": .string("\(base)/userinfo"),
            "end_session_endpoint": .string("\(base)/logout"),
            "jwks_uri": .string("\(base)/certs"),
            "revocation_endpoint": .string("\(base)/revoke"),
            "grant_types_supported": ["client_credentials", "password", "refresh_token"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": clientLogins,
            "introspection_endpoint_auth_methods_supported": clientLogins,
            "revocation_endpoint_auth_methods_supported": clientLogins,
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "name", "given_name", "family_name",
                "preferred_username", "email", "acr", "azp",
            ],
            "claim_types_supported": ["normal"],
            "scopes_supported": [
                "openid", "basic", "acr", "web-origins", "profile", "roles", "phone", "email",
            ],
        ]
    }
}
