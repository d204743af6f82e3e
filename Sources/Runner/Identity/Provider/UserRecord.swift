internal import Functions

/// A user as JSON in the store.
extension User {
    var record: JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id)), .init("username", .string(username)),
            .init("createdAt", .integer(createdAt)), .init("enabled", .boolean(isEnabled)),
            .init("emailVerified", .boolean(isEmailVerified)),
            .init("notBefore", .integer(notBefore)),
            .init("requiredActions", .array(requiredActions.map(JSON.string))),
            .init("groups", .array(groups.map(JSON.string))),
            .init("roles", .array(roles.map(User.record))),
            .init("attributes", attributeRecord),
        ]
        let optional = [
            ("email", email), ("firstName", firstName), ("lastName", lastName),
            ("serviceClient", serviceClient),
        ]
        for (name, value) in optional {
            if let value { members.append(.init(name, .string(value))) }
        }
        if let password { members.append(.init("password", User.record(password))) }
        return .object(members)
    }

    /// Nil for what `record` did not write.
    init?(record: JSON) {
        guard let id = record["id"]?.string, let username = record["username"]?.string,
            let createdAt = record["createdAt"]?.integer
        else { return nil }
        self.init(id: id, username: username, createdAt: createdAt)
        email = record["email"]?.string
        firstName = record["firstName"]?.string
        lastName = record["lastName"]?.string
        serviceClient = record["serviceClient"]?.string
        isEnabled = record["enabled"] == true
        isEmailVerified = record["emailVerified"] == true
        notBefore = record["notBefore"]?.integer ?? 0
        requiredActions = (record["requiredActions"]?.array ?? []).compactMap(\.string)
        groups = (record["groups"]?.array ?? []).compactMap(\.string)
        roles = (record["roles"]?.array ?? []).compactMap(User.role)
        if case .object(let members) = record["attributes"] {
            attributes = members.map {
                Attribute(name: $0.name, values: ($0.value.array ?? []).compactMap(\.string))
            }
        }
        password = record["password"].flatMap(User.password)
    }

    var attributeRecord: JSON {
        .object(attributes.map { .init($0.name, .array($0.values.map(JSON.string))) })
    }

    private static func record(_ role: RoleCatalog.Role) -> JSON {
        .array([role.client.map(JSON.string) ?? .null, .string(role.name)])
    }

    private static func role(_ record: JSON) -> RoleCatalog.Role? {
        guard let parts = record.array, parts.count == 2, let name = parts[1].string else {
            return nil
        }
        return RoleCatalog.Role(name, client: parts[0].string)
    }

    private static func record(_ password: PasswordHash) -> JSON {
        [
            "algorithm": "pbkdf2-sha256", "iterations": .integer(Int64(password.iterations)),
            "salt": .string(Base64.encode(password.salt)),
            "hash": .string(Base64.encode(password.hash)),
        ]
    }

    private static func password(_ record: JSON) -> PasswordHash? {
        guard record["algorithm"] == "pbkdf2-sha256",
            let iterations = record["iterations"]?.integer, 1...100_000_000 ~= iterations,
            let salt = record["salt"]?.string.flatMap({ Base64.decode($0.utf8) }),
            let hash = record["hash"]?.string.flatMap({ Base64.decode($0.utf8) })
        else { return nil }
        return PasswordHash(salt: salt, iterations: Int(iterations), hash: hash)
    }
}
