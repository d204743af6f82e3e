internal import Functions

/// What the provider answers, as a function of request, memory and clock.
///
/// It knows nothing of connections and threads. Each endpoint is an extension in a file of its own.
final class IdentityService: Sendable {
    let realm: Realm
    /// What clients call the service, without a slash at its end.
    let publicURL: String
    let store: IdentityStore
    let tokens: TokenMaker
    let log: any Log
    private let clock: @Sendable () -> Int64

    init(
        realm: Realm,
        publicURL: String,
        store: IdentityStore,
        log: any Log,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.realm = realm
        self.publicURL = publicURL
        self.store = store
        self.log = log
        self.clock = clock
        tokens = TokenMaker(realm: realm, issuer: "\(publicURL)/auth/realms/\(realm.name)")
    }

    /// Milliseconds since 1970.
    var milliseconds: Int64 { clock() }
    /// Seconds since 1970.
    var now: Int64 { clock() / 1_000 }

    func answer(_ request: IdentityRequest) -> Response {
        switch request.route {
        case .refused(let error, let description):
            return Answers.error(OAuthError(400, error, description))
        case .unknownRealm: return Answers.noRealm
        case .nothing: return Answers.notFound
        default: break
        }
        let method = request.head.method == .head ? Method.get : request.head.method
        if method == .options { return preflight(request) }
        if let administered = administer(request, method) { return administered }
        guard request.route.methods.contains(method) else { return Answers.methodNotAllowed }
        if let refusal = realmRefusal(request) { return refusal }
        return serve(request, method)
    }

    private func serve(_ request: IdentityRequest, _ method: Method) -> Response {
        switch request.route {
        case .realm: realmDescription()
        case .discovery: discovery()
        case .keys: keySet()
        case .token: token(request)
        case .introspection: introspection(request)
        case .userInfo: userInfo(request)
        case .logout: logout(request, method)
        case .revocation: revocation(request)
        case .loginPage: loginPage()
        default: Answers.notFound
        }
    }

    /// A realm that is off, or a client in the open that comes without TLS.
    private func realmRefusal(_ request: IdentityRequest) -> Response? {
        switch request.route {
        case .realm, .discovery, .keys: return nil
        default: break
        }
        let caching: Answers.Caching = request.route == .token ? .noStore : .unsaid
        guard realm.isEnabled else {
            return Answers.error(OAuthError(403, "access_denied", "Realm not enabled"), caching)
        }
        guard request.isSecure || !needsTLS(request.clientAddress) else {
            return Answers.error(OAuthError(403, "invalid_request", "HTTPS required"), caching)
        }
        return nil
    }

    private func needsTLS(_ address: String) -> Bool {
        switch realm.sslRequired {
        case .all: true
        case .external: !ClientAddress.isPrivate(address)
        case .none: false
        }
    }

    private func preflight(_ request: IdentityRequest) -> Response {
        var response = Answers.empty(200)
        guard let origin = request.text("origin") else { return response }
        let methods = request.route.methods.map(\.rawValue) + ["OPTIONS"]
        response.fields.add("Access-Control-Allow-Origin", origin)
        response.fields.add("Access-Control-Allow-Methods", methods.joined(separator: ", "))
        response.fields.add("Access-Control-Allow-Credentials", "true")
        response.fields.add(
            "Access-Control-Allow-Headers",
            "Origin, Access-Control-Request-Method, X-Requested-With, Accept, "
                + "Access-Control-Request-Headers, DPoP, Content-Type, Authorization"
        )
        response.fields.add("Access-Control-Max-Age", "3600")
        return response
    }

    /// Writes changes down; what cannot be written is not done.
    func change<Result>(
        _ decide: (borrowing IdentityState) throws(OAuthError) -> ([IdentityRecord], Result)
    ) throws(OAuthError) -> Result {
        do {
            return try store.change(now: now) { try decide($0) }
        } catch let error as OAuthError {
            throw error
        } catch {
            log.error("the identities cannot be written", [("reason", "\(error)")])
            throw OAuthError(500, "unknown_error")
        }
    }
}

/// What counts as a client in the open.
enum ClientAddress {
    static func isPrivate(_ address: String) -> Bool {
        var text = address.lowercased()
        if text.hasPrefix("::ffff:") { text = String(text.dropFirst(7)) }
        let parts = text.split(separator: ".").map { UInt8($0) }
        guard parts.count == 4 else {
            return text == "::1"
                || ["fe8", "fe9", "fea", "feb", "fc", "fd"].contains {
                    text.hasPrefix($0)
                }
        }
        switch (parts[0], parts[1]) {
        case (127, _), (10, _), (192, 168), (169, 254): return true
        case (172, .some(16...31)): return true
        default: return false
        }
    }
}
