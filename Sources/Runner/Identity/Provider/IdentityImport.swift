/// What a store needs before it serves: keys, the realm file's first users, service accounts.
struct IdentityImport {
    let file: RealmFile
    let store: IdentityStore
    let milliseconds: Int64

    /// Does nothing where all is there: a user of the file is taken in once, as Keycloak does, and
    /// what became of them since is left alone.
    func run() throws {
        let missing = store.read { state in
            (
                signature: state.signingKey == nil,
                encryption: !state.keys.contains { $0.use == .encryption },
                secret: state.refreshSecret == nil
            )
        }
        var records: [IdentityRecord] = []
        if missing.signature { records.append(.key(SigningKey(use: .signature))) }
        if missing.encryption { records.append(.key(SigningKey(use: .encryption))) }
        if missing.secret { records.append(.refreshSecret(SigningSecret())) }
        for user in file.users where user.user.serviceClient == nil {
            records += firstRecords(of: user)
        }
        for client in file.realm.clients.values where client.hasServiceAccount {
            records += serviceAccount(of: client)
        }
        let made = records
        try store.change(now: milliseconds / 1_000) { _ in (made, ()) }
    }

    private func firstRecords(of entry: RealmFileUser) -> [IdentityRecord] {
        let name = entry.user.username
        let isKnown = store.read { $0.imported.contains(name) || $0.user(named: name) != nil }
        if isKnown { return [] }
        var user = User(
            id: entry.user.id,
            username: name,
            createdAt: entry.user.createdAt > 0 ? entry.user.createdAt : milliseconds
        )
        user.email = entry.user.email
        user.isEmailVerified = entry.user.isEmailVerified
        user.firstName = entry.user.firstName
        user.lastName = entry.user.lastName
        user.isEnabled = entry.user.isEnabled
        user.requiredActions = entry.user.requiredActions
        user.groups = entry.user.groups
        user.roles = entry.user.roles
        user.attributes = entry.user.attributes.filter { file.realm.profile.names($0.name) }
        user.password = entry.password.map { PasswordHash(password: $0) }
        return [.user(user), .imported(username: name)]
    }

    /// The account keeps its id; its roles are the file's, each time anew.
    private func serviceAccount(of client: RealmClient) -> [IdentityRecord] {
        let name = "service-account-\(client.id)"
        let entry = file.users.first { $0.user.serviceClient == client.id }?.user
        let stored = store.read { $0.user(named: name) }
        var account =
            stored
            ?? User(id: entry?.id ?? User.newID(), username: name, createdAt: milliseconds)
        account.serviceClient = client.id
        account.isEnabled = entry?.isEnabled ?? true
        account.roles = entry?.roles ?? [file.realm.roles.defaultRole]
        account.groups = entry?.groups ?? file.realm.roles.defaultGroups
        let isUnchanged =
            stored?.roles == account.roles && stored?.groups == account.groups
            && stored?.isEnabled == account.isEnabled
        return isUnchanged ? [] : [.user(account)]
    }
}
