internal import Functions

/// A refusal of the administration, which speaks otherwise than OAuth.
struct AdministrationRefusal: Error {
    let status: Int
    let json: JSON

    static let unauthorized = AdministrationRefusal(
        status: 401,
        json: ["error": "HTTP 401 Unauthorized"]
    )
    static let forbidden = AdministrationRefusal(
        status: 403,
        json: ["error": "HTTP 403 Forbidden"]
    )
    static let noUser = AdministrationRefusal(status: 404, json: ["error": "User not found"])

    static func message(_ status: Int, _ text: String) -> AdministrationRefusal {
        AdministrationRefusal(status: status, json: ["errorMessage": .string(text)])
    }

    static func error(_ text: String) -> AdministrationRefusal {
        AdministrationRefusal(status: 400, json: ["error": .string(text)])
    }

    init(status: Int, json: JSON) {
        self.status = status
        self.json = json
    }

    init(_ error: OAuthError) {
        self.init(status: error.status, json: error.json)
    }
}

/// `/auth/admin/realms/{realm}/users` and what is below, for whoever has `manage-users`.
extension IdentityService {
    /// Nil for what is not of the administration.
    func administer(_ request: IdentityRequest, _ method: Method) -> Response? {
        switch request.route {
        case .users, .userCount, .user, .userPassword, .userGroups, .userLogout, .bruteForce,
            .otherAdministration:
            break
        default: return nil
        }
        do {
            try authorize(request)
            guard request.route.methods.contains(method) else { return Answers.methodNotAllowed }
            return try administerUsers(request, method)
        } catch {
            return Answers.json(error.status, error.json)
        }
    }

    private func authorize(_ request: IdentityRequest) throws(AdministrationRefusal) {
        guard let text = request.credentials("bearer"), let token = activeToken(text) else {
            throw .unauthorized
        }
        let wanted = RoleCatalog.Role("manage-users", client: "realm-management")
        guard request.route != .otherAdministration,
            tokens.roles(of: token.grant.user).contains(wanted)
        else { throw .forbidden }
    }

    private func administerUsers(
        _ request: IdentityRequest,
        _ method: Method
    ) throws(AdministrationRefusal) -> Response {
        switch (request.route, method) {
        case (.users, .post): return try createUser(request)
        case (.users, _): return Answers.administration(.array(found(request.query).map(listed)))
        case (.userCount, _):
            let count = matching(request.query).count
            return Answers.administration(.integer(Int64(count)))
        case (.user(let id), .get):
            return Answers.administration(try user(id).representation(access: User.fullAccess))
        case (.user(let id), .put): return try updateUser(id, request)
        case (.user(let id), _): return try deleteUser(id)
        case (.userPassword(let id), _): return try setPassword(id, request)
        case (.userGroups(let id), _): return Answers.administration(groups(of: try user(id)))
        case (.userLogout(let id), _): return try logoutUser(id)
        case (.bruteForce(let id), _):
            _ = try user(id)
            return Answers.administration(IdentityService.noAttacks)
        default: throw .forbidden
        }
    }

    func user(_ id: String) throws(AdministrationRefusal) -> User {
        guard let user = store.read({ $0.users[id] }) else { throw .noUser }
        return user
    }

    private func listed(_ user: User) -> JSON { user.representation(access: ["manage": true]) }

    /// The page of the users that a query asks for, in the order of their names.
    private func found(_ query: FormFields) -> ArraySlice<User> {
        let first = query["first"].flatMap { Int($0) } ?? 0
        let maximum = query["max"].flatMap { Int($0) } ?? 100
        return matching(query).dropFirst(max(0, first)).prefix(max(0, maximum))
    }

    private func matching(_ query: FormFields) -> [User] {
        let search = UserSearch(query)
        return store.read { state in
            state.users.values.filter(search.matches).sorted { $0.username < $1.username }
        }
    }

    private func groups(of user: User) -> JSON {
        .array(
            user.groups.map { path in
                let name = path.split(separator: "/").last.map(String.init) ?? path
                let id = SHA256.hash("\(realm.name)\(path)".utf8).words
                return [
                    "id": .string(UUID(high: id.first, low: id.second).text),
                    "name": .string(name), "path": .string(path), "subGroups": [],
                ]
            }
        )
    }

    /// Wrong passwords are slow here but never lock anybody out.
    private static let noAttacks: JSON = [
        "failedLoginNotBefore": 0, "numFailures": 0, "numTemporaryLockouts": 0, "disabled": false,
        "numSecondaryAuthFailures": 0, "lastIPFailure": "n/a", "lastFailure": 0,
    ]

    private func logoutUser(_ id: String) throws(AdministrationRefusal) -> Response {
        _ = try user(id)
        try commit { state throws(AdministrationRefusal) in
            let sessions = state.sessions.values.filter { $0.userID == id }
            return (sessions.map { .sessionEnded(id: $0.id) }, ())
        }
        return Answers.empty(204)
    }

    private func deleteUser(_ id: String) throws(AdministrationRefusal) -> Response {
        try commit { state throws(AdministrationRefusal) in
            guard state.users[id] != nil else { throw .noUser }
            return ([.userDeleted(id: id)], ())
        }
        return Answers.empty(204, .noCache)
    }

    func commit<Result>(
        _ decide: (borrowing IdentityState) throws(AdministrationRefusal) -> (
            [IdentityRecord], Result
        )
    ) throws(AdministrationRefusal) -> Result {
        do {
            return try store.change(now: now) { try decide($0) }
        } catch let refusal as AdministrationRefusal {
            throw refusal
        } catch {
            log.error("the identities cannot be written", [("reason", "\(error)")])
            throw AdministrationRefusal(status: 500, json: ["error": "unknown_error"])
        }
    }
}

/// What a list of users is narrowed by.
struct UserSearch {
    private let exact: Bool
    private let fields: [(name: String, wanted: String)]
    private let text: String?
    private let isEnabled: Bool?

    init(_ query: FormFields) {
        exact = query["exact"] == "true"
        fields = UserProfile.members.compactMap { name in
            query[name].map { (name, $0.lowercased()) }
        }
        text = query["search"]?.lowercased()
        isEnabled = query["enabled"].map { $0 == "true" }
    }

    func matches(_ user: User) -> Bool {
        // As in Keycloak, service accounts show only to whoever asks for something in particular.
        if fields.isEmpty && text == nil && user.serviceClient != nil { return false }
        if let isEnabled, user.isEnabled != isEnabled { return false }
        let agrees = fields.allSatisfy { name, wanted in
            guard let value = user.values(of: name).first?.lowercased() else { return false }
            return exact ? value == wanted : UserSearch.contains(value, wanted)
        }
        guard agrees, let text else { return agrees }
        return UserProfile.members.contains { name in
            user.values(of: name).contains { UserSearch.contains($0.lowercased(), text) }
        }
    }

    private static func contains(_ value: String, _ part: String) -> Bool {
        let value = Array(value.utf8)
        let part = Array(part.utf8)
        guard !part.isEmpty else { return true }
        guard value.count >= part.count else { return false }
        return (0...value.count - part.count).contains { value[$0...].starts(with: part) }
    }
}
