/// What a path of the provider leads to.
enum IdentityRoute: Equatable {
    case realm
    case discovery
    case keys
    case token
    case introspection
    case userInfo
    case logout
    case revocation
    /// Where a browser would find a login page, which there is not.
    case loginPage
    case users
    case userCount
    case user(String)
    case userPassword(String)
    case userGroups(String)
    case userLogout(String)
    case bruteForce(String)
    /// Something of the administration that the clients of this realm have no right to.
    case otherAdministration
    case unknownRealm
    case nothing
    /// A path that Keycloak does not even look at, with the reason that it gives.
    case refused(error: String, description: String)

    var methods: [Method] {
        switch self {
        case .realm, .discovery, .keys, .userCount, .userGroups, .bruteForce: [.get]
        case .token, .introspection, .revocation, .userLogout: [.post]
        case .userInfo, .logout, .users, .loginPage: [.get, .post]
        case .user: [.get, .put, .delete]
        case .userPassword: [.put]
        case .otherAdministration, .unknownRealm, .nothing, .refused: []
        }
    }

    init(path: ArraySlice<UInt8>, realm: String) {
        if let refusal = IdentityRoute.refusal(path) {
            self = refusal
            return
        }
        let text = String(decoding: path, as: UTF8.self)
        var segments = text.split(separator: "/").map(String.init)
        guard segments.first == "auth" else {
            self = .nothing
            return
        }
        segments.removeFirst()
        switch segments.first {
        case "realms":
            self =
                segments.dropFirst().first == realm
                ? IdentityRoute.publicRoute(Array(segments.dropFirst(2)))
                : segments.count > 1 ? .unknownRealm : .nothing
        case "admin":
            let isOurs = segments.count > 3 && segments[1] == "realms" && segments[2] == realm
            self =
                isOurs
                ? IdentityRoute.administration(Array(segments.dropFirst(3))) : .otherAdministration
        default: self = .nothing
        }
    }

    private static func publicRoute(_ segments: [String]) -> IdentityRoute {
        switch segments.joined(separator: "/") {
        case "": .realm
        case ".well-known/openid-configuration": .discovery
        case "protocol/openid-connect/certs": .keys
        case "protocol/openid-connect/token": .token
        case "protocol/openid-connect/token/introspect": .introspection
        case "protocol/openid-connect/userinfo": .userInfo
        case "protocol/openid-connect/logout": .logout
        case "protocol/openid-connect/revoke": .revocation
        case "protocol/openid-connect/auth": .loginPage
        default: .nothing
        }
    }

    private static func administration(_ segments: [String]) -> IdentityRoute {
        if segments.first == "attack-detection" {
            let isUser = segments.count == 4 && segments[1] == "brute-force"
            return isUser && segments[2] == "users"
                ? .bruteForce(segments[3]) : .otherAdministration
        }
        guard segments.first == "users" else { return .otherAdministration }
        switch segments.count {
        case 1: return .users
        case 2: return segments[1] == "count" ? .userCount : .user(segments[1])
        case 3:
            switch segments[2] {
            case "reset-password": return .userPassword(segments[1])
            case "groups": return .userGroups(segments[1])
            case "logout": return .userLogout(segments[1])
            default: return .otherAdministration
            }
        default: return .otherAdministration
        }
    }

    /// Keycloak takes only paths that stand as they are meant.
    private static func refusal(_ path: ArraySlice<UInt8>) -> IdentityRoute? {
        if path.contains(UInt8(ascii: ";")) {
            return .refused(
                error: "invalidCharacter",
                description: "Request path contains invalid character ';'"
            )
        }
        let segments = path.dropFirst().split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        let isStraight = segments.enumerated().allSatisfy { index, segment in
            let decoded = FormFields.decode(segment)
            if decoded == "." || decoded == ".." { return false }
            return !segment.isEmpty || index == segments.count - 1
        }
        if isStraight { return nil }
        return .refused(
            error: "missingNormalization",
            description: "Request path not normalized"
        )
    }
}
