internal import Functions

/// One change of what the provider remembers: a line of its journal.
enum IdentityRecord: Sendable {
    case user(User)
    case userDeleted(id: String)
    /// The realm file's user of this name was taken in once, and is not again.
    case imported(username: String)
    case session(Session)
    case sessionEnded(id: String)
    /// The token of this id is void; the record itself has an end, when the token would have had.
    case revoked(tokenID: String, expiresAt: Int64)
    case key(SigningKey)
    /// What signs refresh tokens.
    case refreshSecret(SigningSecret)

    /// Whether the change must outlive a power cut, not only the process.
    var mustReachDisk: Bool {
        switch self {
        case .user, .userDeleted, .imported, .key, .refreshSecret: true
        case .session, .sessionEnded, .revoked: false
        }
    }

    var json: JSON {
        switch self {
        case .user(let user): ["user": user.record]
        case .userDeleted(let id): ["userDeleted": .string(id)]
        case .imported(let username): ["imported": .string(username)]
        case .session(let session): ["session": session.record]
        case .sessionEnded(let id): ["sessionEnded": .string(id)]
        case .revoked(let tokenID, let expiresAt):
            ["revoked": ["id": .string(tokenID), "expiresAt": .integer(expiresAt)]]
        case .key(let key): ["key": key.record]
        case .refreshSecret(let secret): ["refreshSecret": secret.record]
        }
    }

    /// Nil for what `json` did not write.
    init?(_ json: JSON) {
        guard case .object(let members) = json, members.count == 1, let member = members.first,
            let record = IdentityRecord.read(member.name, member.value)
        else { return nil }
        self = record
    }

    private static func read(_ name: String, _ value: JSON) -> IdentityRecord? {
        switch name {
        case "user": User(record: value).map(IdentityRecord.user)
        case "userDeleted": value.string.map(IdentityRecord.userDeleted)
        case "imported": value.string.map(IdentityRecord.imported)
        case "session": Session(record: value).map(IdentityRecord.session)
        case "sessionEnded": value.string.map(IdentityRecord.sessionEnded)
        case "revoked": revocation(value)
        case "key": SigningKey(record: value).map(IdentityRecord.key)
        case "refreshSecret": SigningSecret(record: value).map(IdentityRecord.refreshSecret)
        default: nil
        }
    }

    private static func revocation(_ value: JSON) -> IdentityRecord? {
        guard let id = value["id"]?.string, let end = value["expiresAt"]?.integer else {
            return nil
        }
        return .revoked(tokenID: id, expiresAt: end)
    }
}
