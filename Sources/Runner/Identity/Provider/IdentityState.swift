/// What the provider remembers, in memory: made by its records and nothing else.
struct IdentityState {
    private(set) var users: [String: User] = [:]
    private(set) var imported: Set<String> = []
    private(set) var sessions: [String: Session] = [:]
    /// Void tokens and when they would have ended.
    private(set) var revoked: [String: Int64] = [:]
    private(set) var keys: [SigningKey] = []
    private(set) var verifiers = JSONWebKeySet(keys: [])
    private(set) var refreshSecret: SigningSecret?
    private var userIDsByName: [String: String] = [:]
    private var userIDsByEmail: [String: String] = [:]

    var signingKey: SigningKey? { keys.last { $0.use == .signature } }

    func user(named name: String) -> User? {
        userIDsByName[name.lowercased()].flatMap { users[$0] }
    }

    func user(email: String) -> User? {
        userIDsByEmail[email.lowercased()].flatMap { users[$0] }
    }

    mutating func apply(_ record: IdentityRecord) {
        switch record {
        case .user(let user):
            forget(user.id)
            users[user.id] = user
            userIDsByName[user.username] = user.id
            if let email = user.email { userIDsByEmail[email] = user.id }
        case .userDeleted(let id):
            forget(id)
            sessions = sessions.filter { $0.value.userID != id }
        case .imported(let username): imported.insert(username)
        case .session(let session): sessions[session.id] = session
        case .sessionEnded(let id): sessions[id] = nil
        case .revoked(let tokenID, let expiresAt): revoked[tokenID] = expiresAt
        case .key(let key):
            keys.append(key)
            verifiers = JSONWebKeySet(
                keys: keys.filter { $0.use == .signature }.map(\.verifier)
            )
        case .refreshSecret(let secret): refreshSecret = secret
        }
    }

    /// Drops what time has ended.
    mutating func expire(now: Int64, realm: Realm) {
        sessions = sessions.filter { $0.value.end(realm) > now }
        revoked = revoked.filter { $0.value > now }
    }

    /// The records that make this state anew.
    var records: [IdentityRecord] {
        var records = keys.map(IdentityRecord.key)
        if let refreshSecret { records.append(.refreshSecret(refreshSecret)) }
        records += imported.sorted().map(IdentityRecord.imported)
        records += users.values.sorted { $0.id < $1.id }.map(IdentityRecord.user)
        records += sessions.values.map(IdentityRecord.session)
        records += revoked.map { .revoked(tokenID: $0.key, expiresAt: $0.value) }
        return records
    }

    private mutating func forget(_ id: String) {
        guard let user = users.removeValue(forKey: id) else { return }
        if userIDsByName[user.username] == id { userIDsByName[user.username] = nil }
        if let email = user.email, userIDsByEmail[email] == id { userIDsByEmail[email] = nil }
    }
}
