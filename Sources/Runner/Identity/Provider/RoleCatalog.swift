/// Roles, what they are made of, and the groups that give them.
struct RoleCatalog: Sendable {
    /// A role of the realm, or of a client.
    struct Role: Sendable, Hashable {
        let client: String?
        let name: String

        init(_ name: String, client: String? = nil) {
            self.client = client
            self.name = name
        }
    }

    /// The role that every new user has.
    let defaultRole: Role
    let defaultGroups: [String]
    private let composites: [Role: [Role]]
    /// The roles that membership of a group gives, by the group's path.
    private let groups: [String: [Role]]

    init(_ file: RealmReader, realm: String) throws(RealmFileError) {
        defaultRole = Role("default-roles-\(realm)")
        var composites = RoleCatalog.builtIn(defaultRole)
        if let roles = file.member("roles") {
            for element in try roles.elements("realm") {
                try RoleCatalog.add(element, client: nil, to: &composites)
            }
            for (client, _) in try roles.members("client") {
                for element in try roles.member("client")?.elements(client) ?? [] {
                    try RoleCatalog.add(element, client: client, to: &composites)
                }
            }
        }
        self.composites = composites
        var groups: [String: [Role]] = [:]
        for element in try file.elements("groups") {
            try RoleCatalog.add(group: element, parent: "", inherited: [], to: &groups)
        }
        self.groups = groups
        defaultGroups = try file.texts("defaultGroups")
        for path in defaultGroups where groups[path] == nil {
            throw file.fail("has a default group \"\(path)\" that is not among its groups")
        }
    }

    func hasGroup(_ path: String) -> Bool { groups[path] != nil }

    /// All roles that follow from these and from the groups, each once, in the order of meeting.
    func expand(_ roles: [Role], groups paths: [String]) -> [Role] {
        var found: [Role] = []
        var seen: Set<Role> = []
        var waiting = roles + paths.flatMap { groups[$0] ?? [] }
        waiting.reverse()
        while let role = waiting.popLast() {
            guard seen.insert(role).inserted else { continue }
            found.append(role)
            waiting.append(contentsOf: (composites[role] ?? []).reversed())
        }
        return found
    }

    /// Roles from the members `realmRoles` and `clientRoles` of a group or a user.
    static func listed(_ file: RealmReader) throws(RealmFileError) -> [Role] {
        var roles = try file.texts("realmRoles").map { Role($0) }
        for (client, names) in try file.textLists("clientRoles").sorted(by: { $0.key < $1.key }) {
            roles += names.map { Role($0, client: client) }
        }
        return roles
    }

    /// What Keycloak puts into every realm.
    private static func builtIn(_ defaultRole: Role) -> [Role: [Role]] {
        let management = ["manage-users", "view-users", "query-users", "query-groups"]
        return [
            defaultRole: [
                Role("offline_access"), Role("uma_authorization"),
                Role("manage-account", client: "account"), Role("view-profile", client: "account"),
            ],
            Role("manage-account", client: "account"): [
                Role("manage-account-links", client: "account")
            ],
            Role("realm-admin", client: "realm-management"):
                management.map { Role($0, client: "realm-management") },
        ]
    }

    private static func add(
        _ element: RealmReader,
        client: String?,
        to composites: inout [Role: [Role]]
    ) throws(RealmFileError) {
        let role = Role(try element.requiredText("name"), client: client)
        guard let parts = element.member("composites") else { return }
        var contained = try parts.texts("realm").map { Role($0) }
        for (client, names) in try parts.textLists("client").sorted(by: { $0.key < $1.key }) {
            contained += names.map { Role($0, client: client) }
        }
        composites[role] = contained
    }

    private static func add(
        group element: RealmReader,
        parent: String,
        inherited: [Role],
        to groups: inout [String: [Role]]
    ) throws(RealmFileError) {
        let path = "\(parent)/\(try element.requiredText("name"))"
        let roles = inherited + (try listed(element))
        groups[path] = roles
        for child in try element.elements("subGroups") {
            try add(group: child, parent: path, inherited: roles, to: &groups)
        }
    }
}
