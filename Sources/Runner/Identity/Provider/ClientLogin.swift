internal import Functions

/// Which client a request comes from, and whether it is.
extension IdentityService {
    private static let unknown = OAuthError(
        401,
        "invalid_client",
        "Invalid client or Invalid client credentials"
    )

    /// The client by `Authorization: Basic` or by the form; a confidential one by its secret too.
    ///
    /// A wrong secret is answered with `mismatch`: Keycloak's endpoints differ in it.
    func client(
        of request: IdentityRequest,
        form: FormFields,
        mismatch: OAuthError = OAuthError(
            401,
            "unauthorized_client",
            "Invalid client or Invalid client credentials"
        )
    ) throws(OAuthError) -> RealmClient {
        let (name, given) = IdentityService.credentials(request, form)
        guard let name, let client = realm.clients[name], client.isEnabled else {
            throw IdentityService.unknown
        }
        if let secret = client.secret {
            guard let given, ConstantTime.areEqual(given.utf8, secret.value.utf8) else {
                throw mismatch
            }
        }
        return client
    }

    private static func credentials(
        _ request: IdentityRequest,
        _ form: FormFields
    ) -> (name: String?, secret: String?) {
        guard let encoded = request.credentials("basic"),
            let pair = Base64.decode(encoded.utf8),
            let colon = pair.firstIndex(of: UInt8(ascii: ":"))
        else { return (form["client_id"], form["client_secret"]) }
        // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
        return (FormFields.decode(pair[..<colon]), FormFields.decode(pair[(colon + 1)...]))
    }

    /// The origin of a browser's script that may read the answer; nil where there is no browser.
    ///
    /// An origin that the client does not list is refused before anything happens.
    func allowedOrigin(
        of request: IdentityRequest,
        client: RealmClient
    ) throws(ForeignOrigin) -> String? {
        guard let origin = request.text("origin") else { return nil }
        guard client.allows(origin: origin) || origin == RealmClient.origin(publicURL) else {
            throw ForeignOrigin()
        }
        return origin
    }
}

/// A browser's script of an origin that the client does not list.
struct ForeignOrigin: Error {
    static func answer(_ caching: Answers.Caching) -> Response {
        Answers.json(403, ["error": "Invalid origin"], caching)
    }
}
