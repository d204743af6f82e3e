internal import Functions

/// A user of the realm, as the store keeps one.
struct User: Sendable {
    let id: String
    /// In small letters: Keycloak compares usernames so.
    var username: String
    var email: String?
    var isEmailVerified = false
    var firstName: String?
    var lastName: String?
    var isEnabled = false
    /// Only what the realm's profile names.
    var attributes: [Attribute] = []
    var password: PasswordHash?
    /// What the user has to do before the next login, such as `UPDATE_PASSWORD`.
    var requiredActions: [String] = []
    /// Milliseconds since 1970.
    let createdAt: Int64
    /// Tokens issued before this second are void.
    var notBefore: Int64 = 0
    /// The client whose service account this is.
    var serviceClient: String?
    var groups: [String] = []
    var roles: [RoleCatalog.Role] = []

    struct Attribute: Sendable, Equatable {
        let name: String
        let values: [String]
    }

    init(id: String, username: String, createdAt: Int64) {
        self.id = id
        self.username = username.lowercased()
        self.createdAt = createdAt
    }

    /// The values that the profile's attribute of this name has, a member of the user or not.
    func values(of name: String) -> [String] {
        switch name {
        case "username": [username]
        case "email": email.map { [$0] } ?? []
        case "firstName": firstName.map { [$0] } ?? []
        case "lastName": lastName.map { [$0] } ?? []
        default: attributes.first { $0.name == name }?.values ?? []
        }
    }

    func attribute(_ name: String) -> String? { values(of: name).first }

    var fullName: String? {
        let parts = [firstName, lastName].compactMap(\.self).filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    /// Takes the attributes that the profile names and drops the others.
    mutating func set(attributes lists: [String: [String]], profile: UserProfile) {
        attributes = lists.sorted { $0.key < $1.key }.compactMap { name, values in
            let kept = values.filter { !$0.isEmpty }
            guard profile.names(name), !kept.isEmpty else { return nil }
            return Attribute(name: name, values: kept)
        }
    }

    /// A random id (version 4), as Keycloak gives its users.
    static func newID() -> String {
        let high = RandomBytes.word() & ~0xF000 | 0x4000
        let low = RandomBytes.word() & ~(0b11 << 62) | 0b10 << 62
        return UUID(high: high, low: low).text
    }
}
