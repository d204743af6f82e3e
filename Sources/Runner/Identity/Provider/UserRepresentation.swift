internal import Functions

/// A user as the administration's clients write one: whatever is absent stays as it is.
struct UserRepresentation {
    struct Credential {
        let value: String?
        let isTemporary: Bool
    }

    let username: String?
    let email: String?
    let firstName: String?
    let lastName: String?
    let isEnabled: Bool?
    let isEmailVerified: Bool?
    let attributes: [String: [String]]?
    let requiredActions: [String]?
    let groups: [String]
    let credential: Credential?

    /// Every member that Keycloak's representation has, used here or not.
    private static let known: Set<String> = [
        "self", "id", "origin", "username", "createdTimestamp", "enabled", "totp", "emailVerified",
        "firstName", "lastName", "email", "attributes", "federationLink",
        "serviceAccountClientId", "credentials", "disableableCredentialTypes", "requiredActions",
        "federatedIdentities", "realmRoles", "clientRoles", "clientConsents", "notBefore",
        "applicationRoles", "socialLinks", "groups", "access", "userProfileMetadata",
    ]

    init(_ body: ContiguousArray<UInt8>) throws(AdministrationRefusal) {
        let json = try UserRepresentation.parse(body)
        guard case .object(let members) = json else { throw UserRepresentation.unreadable }
        for member in members where !UserRepresentation.known.contains(member.name) {
            throw UserRepresentation.unrecognized(member.name, in: body)
        }
        username = try UserRepresentation.text(json, "username")
        email = try UserRepresentation.text(json, "email")
        firstName = try UserRepresentation.text(json, "firstName")
        lastName = try UserRepresentation.text(json, "lastName")
        isEnabled = try UserRepresentation.flag(json, "enabled")
        isEmailVerified = try UserRepresentation.flag(json, "emailVerified")
        attributes = try UserRepresentation.lists(json, "attributes")
        requiredActions = try UserRepresentation.texts(json["requiredActions"])
        groups = try UserRepresentation.texts(json["groups"]) ?? []
        let credentials = json["credentials"]?.array ?? []
        credential =
            credentials.isEmpty ? nil : try UserRepresentation.credential(credentials[0])
    }

    static func parse(_ body: ContiguousArray<UInt8>) throws(AdministrationRefusal) -> JSON {
        do {
            return try JSON.parse(body)
        } catch {
            throw unreadable
        }
    }

    static func credential(_ json: JSON) throws(AdministrationRefusal) -> Credential {
        guard try text(json, "type") ?? "password" == "password" else {
            throw AdministrationRefusal.error("Only passwords can be set")
        }
        return Credential(
            value: try text(json, "value"),
            isTemporary: try flag(json, "temporary") ?? false
        )
    }

    private static let unreadable = AdministrationRefusal(
        OAuthError(400, "invalid_request", "Cannot parse the JSON")
    )

    /// Keycloak tells the place, one character into the member's value.
    private static func unrecognized(
        _ name: String,
        in body: ContiguousArray<UInt8>
    ) -> AdministrationRefusal {
        // A name that is written with escapes is not found; then the place is the beginning.
        let quoted = ContiguousArray("\"\(name)\"".utf8)
        let end = body.indices.first { body[$0...].starts(with: quoted) }.map { $0 + quoted.count }
        let value = body[(end ?? 0)...].firstIndex { !" \t\r\n:".utf8.contains($0) } ?? 0
        let line = body[..<value].count { $0 == 10 } + 1
        let lineStart = body[..<value].lastIndex(of: 10).map { $0 + 1 } ?? 0
        return .error(
            "Invalid json representation for UserRepresentation. Unrecognized field \"\(name)\" "
                + "at line \(line) column \(value - lineStart + 2)."
        )
    }

    private static func text(
        _ json: JSON,
        _ name: String
    ) throws(AdministrationRefusal) -> String? {
        switch json[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw unreadable
        }
    }

    private static func flag(_ json: JSON, _ name: String) throws(AdministrationRefusal) -> Bool? {
        switch json[name] {
        case nil, .null: return nil
        case .boolean(let value): return value
        default: throw unreadable
        }
    }

    private static func texts(_ json: JSON?) throws(AdministrationRefusal) -> [String]? {
        guard let json, json != .null else { return nil }
        guard let elements = json.array else { throw unreadable }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw unreadable }
        return texts
    }

    /// An object of strings or arrays of strings.
    private static func lists(
        _ json: JSON,
        _ name: String
    ) throws(AdministrationRefusal) -> [String: [String]]? {
        guard let value = json[name], value != .null else { return nil }
        guard case .object(let members) = value else { throw unreadable }
        var lists: [String: [String]] = [:]
        for member in members {
            if let text = member.value.string {
                lists[member.name] = [text]
            } else {
                lists[member.name] = try texts(member.value) ?? []
            }
        }
        return lists
    }
}

extension User {
    static let fullAccess: JSON = [
        "manageGroupMembership": true, "resetPassword": true, "view": true, "mapRoles": true,
        "impersonate": false, "manage": true,
    ]

    /// The user as the administration shows one.
    func representation(access: JSON) -> JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id)), .init("username", .string(username)),
        ]
        for (name, value) in [("firstName", firstName), ("lastName", lastName), ("email", email)] {
            if let value { members.append(.init(name, .string(value))) }
        }
        members.append(.init("emailVerified", .boolean(isEmailVerified)))
        if !attributes.isEmpty { members.append(.init("attributes", attributeRecord)) }
        members += [
            .init("enabled", .boolean(isEnabled)), .init("createdTimestamp", .integer(createdAt)),
            .init("totp", false), .init("disableableCredentialTypes", []),
            .init("requiredActions", .array(requiredActions.map(JSON.string))),
            .init("notBefore", .integer(notBefore)), .init("access", access),
        ]
        return .object(members)
    }
}
