/// Where Keycloak is dialled, and as what it is known to those outside.
///
/// Whatever the address that is dialled, Keycloak is told the public one: with a dynamic hostname it
/// would else make and check tokens under another issuer.
package struct KeycloakAddress: Sendable {
    /// What is dialled, with its path (`http://keycloak:8080/auth`).
    package let base: BaseURL
    /// What clients call, without `/auth`.
    package let publicBase: BaseURL
    package let realm: String
    /// The `iss` of every token that is taken.
    package let issuer: String
    /// How long an answer may take.
    package var patience = Duration.seconds(3)

    /// Nil where one of the URLs is none.
    package init?(keycloakURL: String, publicURL: String, realm: String) {
        guard let base = BaseURL(keycloakURL), let publicBase = BaseURL(publicURL), !realm.isEmpty
        else { return nil }
        self.base = base
        self.publicBase = publicBase
        self.realm = realm
        issuer = "\(Self.withoutSlash(publicURL))/auth/realms/\(realm)"
    }

    private static func withoutSlash(_ text: String) -> String {
        text.hasSuffix("/") ? withoutSlash(String(text.dropLast())) : text
    }

    /// A request to the realm's OpenID Connect endpoints, by what follows `openid-connect/`.
    package func openID(_ method: Method, _ segments: String...) -> ClientRequest {
        request(method, ["realms", realm, "protocol", "openid-connect"] + segments)
    }

    /// A request for what the realm tells everybody about itself.
    package func discovery() -> ClientRequest {
        request(.get, ["realms", realm, ".well-known", "openid-configuration"])
    }

    /// A request to the realm's part of the admin REST interface.
    package func admin(
        _ method: Method,
        _ segments: [String],
        query: [(name: String, value: String)] = []
    ) -> ClientRequest {
        request(method, ["admin", "realms", realm] + segments, query: query)
    }

    private func request(
        _ method: Method,
        _ segments: [String],
        query: [(name: String, value: String)] = []
    ) -> ClientRequest {
        var request = ClientRequest(method, base, segments: segments, query: query)
        addForwarding(to: &request.fields)
        request.fields.add("Accept", "application/json")
        request.limits.connect = .seconds(1)
        request.limits.total = patience
        return request
    }

    /// Says under which name Keycloak is public.
    package func addForwarding(to fields: inout ClientFields) {
        fields.add("Host", publicBase.authority)
        fields.add("X-Forwarded-Host", publicBase.authority)
        fields.add("X-Forwarded-Proto", publicBase.scheme)
        fields.add("X-Forwarded-Port", String(publicBase.port))
    }
}

extension ClientRequest {
    /// Makes a form the body.
    mutating func setForm(_ members: [(name: String, value: String)]) {
        fields.add("Content-Type", "application/x-www-form-urlencoded")
        body = .whole(ContiguousArray(FormText.encode(members).utf8))
    }

    /// Says who asks (RFC 6749 §2.3.1: id and secret are escaped before they are joined).
    mutating func setClient(_ client: ClientCredentials) {
        let pair = "\(FormText.escape(client.id)):\(FormText.escape(client.secret.value))"
        fields.add("Authorization", "Basic \(Base64.encode(pair.utf8))")
    }
}
