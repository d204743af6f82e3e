internal import Functions

/// Makes the realm's tokens, and the claims that tell of a user.
struct TokenMaker: Sendable {
    /// How a token came to be: the prefix that Keycloak puts before its id.
    enum Origin: String {
        case password = "onrtro:"
        case refresh = "onrtrt:"
        case clientCredentials = "trrtcc:"
    }

    let realm: Realm
    let issuer: String

    struct Grant {
        let user: User
        let client: RealmClient
        let scope: TokenScope
        /// Nil for a client's own token.
        let session: Session?
    }

    func accessClaims(_ grant: Grant, origin: Origin, now: Int64) -> JSON {
        var members: [JSON.Member] = [
            .init("exp", .integer(now + realm.accessTokenLifespan)), .init("iat", .integer(now)),
            .init("jti", .string(origin.rawValue + User.newID())),
        ]
        members += identity(grant, audience: audience(grant, .accessToken), type: "Bearer")
        members += details(grant, .accessToken)
        return .object(members)
    }

    /// What introspection says of a token: its own members as they are, everything else as of now.
    func introspection(_ grant: Grant, _ token: TokenClaims) -> JSON {
        var members: [JSON.Member] = []
        for name in ["exp", "iat", "jti"] {
            if let value = token.json[name] { members.append(.init(name, value)) }
        }
        members += identity(grant, audience: audience(grant, .introspection), type: "Bearer")
        members += details(grant, .introspection)
        members += [
            .init("client_id", .string(grant.client.id)),
            .init("username", .string(grant.user.username)), .init("token_type", "Bearer"),
            .init("active", true),
        ]
        return .object(members)
    }

    func userInfo(_ grant: Grant) -> JSON {
        .object([.init("sub", .string(grant.user.id))] + person(grant, .userInfo))
    }

    func idClaims(_ grant: Grant, accessToken: String, now: Int64) -> JSON {
        let hash = SHA256.hash(accessToken.utf8).bytes.prefix(16)
        var members: [JSON.Member] = [
            .init("exp", .integer(now + realm.accessTokenLifespan)), .init("iat", .integer(now)),
            .init("jti", .string(User.newID())),
        ]
        members += identity(grant, audience: [grant.client.id], type: "ID")
        members += [.init("at_hash", .string(Base64.encodeURL(hash))), .init("acr", "1")]
        return .object(members + person(grant, .idToken))
    }

    func refreshClaims(_ grant: Grant, session: Session, now: Int64) -> JSON {
        let members: [JSON.Member] = [
            .init("exp", .integer(session.end(realm))), .init("iat", .integer(now)),
            .init("jti", .string(User.newID())),
        ]
        return .object(
            members + identity(grant, audience: [issuer], type: "Refresh") + [
                .init("scope", .string(grant.scope.whole)), .init("prov", "default"),
            ]
        )
    }

    /// The users' roles, of the realm and of clients, with all that follows from them.
    func roles(of user: User) -> [RoleCatalog.Role] {
        realm.roles.expand(user.roles, groups: user.groups)
    }

    private func identity(_ grant: Grant, audience: [String], type: String) -> [JSON.Member] {
        var members: [JSON.Member] = [.init("iss", .string(issuer))]
        if audience.count == 1 {
            members.append(.init("aud", .string(audience[0])))
        } else if !audience.isEmpty {
            members.append(.init("aud", .array(audience.map(JSON.string))))
        }
        members += [
            .init("sub", .string(grant.user.id)), .init("typ", .string(type)),
            .init("azp", .string(grant.client.id)),
        ]
        if let session = grant.session { members.append(.init("sid", .string(session.id))) }
        return members
    }

    /// What the client's mappers add, then every client whose roles the user has.
    private func audience(_ grant: Grant, _ target: ProtocolMapper.Target) -> [String] {
        var audience: [String] = []
        for mapper in grant.client.mappers where mapper.applies(to: target) {
            if case .audience(let name) = mapper.effect, !audience.contains(name) {
                audience.append(name)
            }
        }
        for role in roles(of: grant.user) {
            guard let client = role.client, client != grant.client.id,
                !audience.contains(client)
            else { continue }
            audience.append(client)
        }
        return audience
    }

    private func details(_ grant: Grant, _ target: ProtocolMapper.Target) -> [JSON.Member] {
        var members: [JSON.Member] = [.init("acr", "1")]
        if !grant.client.webOrigins.isEmpty {
            let origins = grant.client.webOrigins.map(JSON.string)
            members.append(.init("allowed-origins", .array(origins)))
        }
        members += roleMembers(roles(of: grant.user))
        members.append(.init("scope", .string(grant.scope.shown)))
        return members + person(grant, target)
    }

    private func roleMembers(_ roles: [RoleCatalog.Role]) -> [JSON.Member] {
        var members: [JSON.Member] = []
        let names = roles.filter { $0.client == nil }.map { JSON.string($0.name) }
        if !names.isEmpty { members.append(.init("realm_access", ["roles": .array(names)])) }
        var clients: [JSON.Member] = []
        for client in roles.compactMap(\.client)
        where !clients.contains(where: { $0.name == client }) {
            let names = roles.filter { $0.client == client }.map { JSON.string($0.name) }
            clients.append(.init(client, ["roles": .array(names)]))
        }
        if !clients.isEmpty { members.append(.init("resource_access", .object(clients))) }
        return members
    }

    private func person(_ grant: Grant, _ target: ProtocolMapper.Target) -> [JSON.Member] {
        let user = grant.user
        var members: [JSON.Member] = [.init("email_verified", .boolean(user.isEmailVerified))]
        func add(_ name: String, _ value: String?) {
            guard let value, !members.contains(where: { $0.name == name }) else { return }
            members.append(.init(name, .string(value)))
        }
        add("name", user.fullName)
        for mapper in grant.client.mappers where mapper.applies(to: target) {
            guard case .attribute(let name, let claim, let isMultivalued) = mapper.effect else {
                continue
            }
            let values = user.values(of: name)
            if isMultivalued && !values.isEmpty {
                members.append(.init(claim, .array(values.map(JSON.string))))
            } else {
                add(claim, values.first)
            }
        }
        add("preferred_username", user.username)
        add("locale", user.attribute("locale"))
        add("given_name", user.firstName)
        add("family_name", user.lastName)
        if grant.scope.hasPhone { add("phone_number", user.attribute("phoneNumber")) }
        add("email", user.email)
        return members
    }
}

/// The scopes of a token: what was asked for, and what every client of the realm has.
struct TokenScope {
    private static let optional = ["address", "phone", "microprofile-jwt", "organization"]
    private static let hidden = ["basic", "roles", "acr", "web-origins"]
    private static let standard = ["profile", "email"]

    let hasOpenID: Bool
    private let extra: [String]

    var hasPhone: Bool { extra.contains("phone") }

    /// Nil where a scope is asked for that there is not.
    init?(_ requested: String?) {
        let names = (requested ?? "").split(separator: " ").map(String.init)
        let known =
            ["openid"] + TokenScope.optional + TokenScope.hidden + TokenScope.standard
        guard names.allSatisfy(known.contains) else { return nil }
        hasOpenID = names.contains("openid")
        extra = TokenScope.optional.filter(names.contains)
    }

    /// As tokens and answers show it.
    var shown: String {
        ((hasOpenID ? ["openid"] : []) + TokenScope.standard + extra).joined(separator: " ")
    }

    /// As a refresh token keeps it.
    var whole: String {
        ((hasOpenID ? ["openid"] : []) + TokenScope.hidden + TokenScope.standard + extra)
            .joined(separator: " ")
    }
}
