/// A user whom a realm file brings along.
struct RealmFileUser {
    let user: User
    let password: String?

    init(_ file: RealmReader) throws(RealmFileError) {
        var user = User(
            id: try file.text("id") ?? User.newID(),
            username: try file.requiredText("username"),
            createdAt: try file.integer("createdTimestamp", default: 0)
        )
        user.email = try file.text("email")?.lowercased()
        user.isEmailVerified = try file.flag("emailVerified", default: false)
        user.firstName = try file.text("firstName")
        user.lastName = try file.text("lastName")
        user.isEnabled = try file.flag("enabled", default: false)
        user.requiredActions = try file.texts("requiredActions")
        user.serviceClient = try file.text("serviceAccountClientId")
        user.groups = try file.texts("groups")
        user.roles = try RoleCatalog.listed(file)
        user.attributes = try file.textLists("attributes").sorted { $0.key < $1.key }.map {
            User.Attribute(name: $0.key, values: $0.value)
        }
        password = try RealmFileUser.password(file, &user)
        self.user = user
    }

    private static func password(
        _ file: RealmReader,
        _ user: inout User
    ) throws(RealmFileError) -> String? {
        for credential in try file.elements("credentials") {
            guard try credential.text("type") ?? "password" == "password",
                let value = try credential.text("value")
            else {
                throw credential.fail("must be a password with its \"value\": no other is read")
            }
            if try credential.flag("temporary", default: false) {
                user.requiredActions.append("UPDATE_PASSWORD")
            }
            return value
        }
        return nil
    }
}
