internal import Functions

/// Making users and changing them.
extension IdentityService {
    func createUser(_ request: IdentityRequest) throws(AdministrationRefusal) -> Response {
        let given = try UserRepresentation(request.body)
        let name = realm.emailIsUsername ? given.email : given.username
        guard let name, !name.isEmpty else {
            throw .message(400, "User name is missing")
        }
        var user = User(id: User.newID(), username: name, createdAt: milliseconds)
        user.roles = [realm.roles.defaultRole]
        user.groups = realm.roles.defaultGroups
        for path in given.groups where !user.groups.contains(path) {
            guard realm.roles.hasGroup(path) else {
                throw AdministrationRefusal(status: 404, json: ["error": "Group path not found"])
            }
            user.groups.append(path)
        }
        apply(given, to: &user)
        try check(user)
        if let credential = given.credential { try set(credential, of: &user) }
        let created = user
        try commit { state throws(AdministrationRefusal) in
            try self.refuseConflicts(created, state)
            return ([.user(created)], ())
        }
        var response = Answers.empty(201)
        response.fields.add("Location", "\(ownAddress(request))/\(user.id)")
        return response
    }

    func updateUser(
        _ id: String,
        _ request: IdentityRequest
    ) throws(AdministrationRefusal) -> Response {
        let given = try UserRepresentation(request.body)
        var user = try user(id)
        if let name = given.username, realm.usernameIsEditable { user.username = name.lowercased() }
        apply(given, to: &user)
        if realm.emailIsUsername, let email = user.email { user.username = email }
        try check(user)
        if let credential = given.credential { try set(credential, of: &user) }
        try replace(user)
        return Answers.empty(204)
    }

    func setPassword(
        _ id: String,
        _ request: IdentityRequest
    ) throws(AdministrationRefusal) -> Response {
        var user = try user(id)
        let json = try UserRepresentation.parse(request.body)
        try set(try UserRepresentation.credential(json), of: &user)
        try replace(user)
        return Answers.empty(204)
    }

    private func replace(_ user: User) throws(AdministrationRefusal) {
        try commit { state throws(AdministrationRefusal) in
            guard state.users[user.id] != nil else { throw .noUser }
            try self.refuseConflicts(user, state)
            return ([.user(user)], ())
        }
    }

    private func apply(_ given: UserRepresentation, to user: inout User) {
        func text(_ value: String) -> String? { value.isEmpty ? nil : value }
        if let email = given.email { user.email = text(email.lowercased()) }
        if let name = given.firstName { user.firstName = text(name) }
        if let name = given.lastName { user.lastName = text(name) }
        if let enabled = given.isEnabled { user.isEnabled = enabled }
        if let verified = given.isEmailVerified { user.isEmailVerified = verified }
        if let actions = given.requiredActions { user.requiredActions = actions }
        if let lists = given.attributes { user.set(attributes: lists, profile: realm.profile) }
    }

    /// The profile's rules, then names that are taken: the latter again when it is written, but a
    /// password should not be hashed for nothing.
    private func check(_ user: User) throws(AdministrationRefusal) {
        let problems = realm.profile.problems(of: user).map(\.json)
        guard problems.isEmpty else {
            let json: JSON =
                problems.count == 1 ? problems[0] : ["errors": .array(problems)]
            throw AdministrationRefusal(status: 400, json: json)
        }
        try store.read { state throws(AdministrationRefusal) in
            try self.refuseConflicts(user, state)
        }
    }

    private func refuseConflicts(
        _ user: User,
        _ state: borrowing IdentityState
    ) throws(AdministrationRefusal) {
        if let email = user.email, !realm.duplicateEmailsAllowed,
            let other = state.user(email: email), other.id != user.id
        {
            throw .message(409, "User exists with same email")
        }
        if let other = state.user(named: user.username), other.id != user.id {
            throw .message(409, "User exists with same username")
        }
    }

    private func set(
        _ credential: UserRepresentation.Credential,
        of user: inout User
    ) throws(AdministrationRefusal) {
        guard let password = credential.value else { throw .error("No password provided") }
        guard !password.isEmpty else { throw .error("Empty password not allowed") }
        do {
            try realm.passwordPolicy.check(password, username: user.username, email: user.email)
        } catch {
            throw AdministrationRefusal(OAuthError(400, error.key, error.text))
        }
        user.password = PasswordHash(password: password)
        user.requiredActions.removeAll { $0 == "UPDATE_PASSWORD" }
        if credential.isTemporary { user.requiredActions.append("UPDATE_PASSWORD") }
    }

    /// The address that the request came to, as its sender knows us.
    private func ownAddress(_ request: IdentityRequest) -> String {
        let host = request.text("x-forwarded-host") ?? request.text("host")
        guard let host else { return "\(publicURL)/auth/admin/realms/\(realm.name)/users" }
        let scheme = request.isSecure ? "https" : "http"
        return "\(scheme)://\(host)/auth/admin/realms/\(realm.name)/users"
    }
}
