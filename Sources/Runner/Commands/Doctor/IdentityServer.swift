internal import Functions

/// Keycloak's endpoints as `doctor` calls them, with the public address that the gateway sends.
struct IdentityServer {
    let base: BaseURL
    let publicBase: BaseURL
    let realm: String
    let client: CurlClient

    /// What tokens must bear.
    var issuer: String { "\(publicBase.text)/auth/realms/\(realm)" }

    func get(_ path: String) async throws(ClientError) -> ClientResponse {
        try await send(.get, "/realms/\(realm)\(path)")
    }

    /// The answer, and the token if there is one.
    func token(
        of credentials: ClientCredentials
    ) async throws(ClientError) -> (ClientResponse, token: String?) {
        let answer = try await send(
            .post,
            "/realms/\(realm)/protocol/openid-connect/token",
            form: [("grant_type", "client_credentials")] + form(credentials)
        )
        guard answer.status == 200 else { return (answer, nil) }
        return (answer, (try? JSON.parse(answer.body))?["access_token"]?.string)
    }

    func introspect(
        _ token: String,
        by credentials: ClientCredentials
    ) async throws(ClientError) -> ClientResponse {
        try await send(
            .post,
            "/realms/\(realm)/protocol/openid-connect/token/introspect",
            form: [("token", token)] + form(credentials)
        )
    }

    func users(_ token: String) async throws(ClientError) -> ClientResponse {
        try await send(.get, "/admin/realms/\(realm)/users", query: "max=1", token: token)
    }

    private func form(_ credentials: ClientCredentials) -> [(name: String, value: String)] {
        [("client_id", credentials.id), ("client_secret", credentials.secret.value)]
    }

    private func send(
        _ method: Method,
        _ path: String,
        query: String? = nil,
        form: [(name: String, value: String)]? = nil,
        token: String? = nil
    ) async throws(ClientError) -> ClientResponse {
        guard var request = ClientRequest(method, base, path: path.utf8, query: query?.utf8) else {
            throw .broken("a path that cannot be sent")
        }
        request.fields.add("Host", publicBase.authority)
        request.fields.add("X-Forwarded-Host", publicBase.authority)
        request.fields.add("X-Forwarded-Proto", publicBase.scheme)
        request.fields.add("X-Forwarded-Port", String(publicBase.port))
        request.fields.add("X-Forwarded-For", "127.0.0.1")
        request.limits.total = .seconds(20)
        if let token { request.fields.add("Authorization", "Bearer \(token)") }
        if let form {
            request.fields.add("Content-Type", "application/x-www-form-urlencoded")
            request.body = .whole(ContiguousArray(FormText.encode(form).utf8))
        }
        return try await client.response(to: request)
    }
}
