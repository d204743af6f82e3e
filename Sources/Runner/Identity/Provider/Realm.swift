internal import Functions

/// What a realm file says, as far as this provider acts on it.
///
/// Users are not here but in the store: the file's are its first ones only, as with Keycloak.
struct Realm: Sendable {
    typealias SSLRequirement = Settings.SSLRequirement

    let name: String
    let isEnabled: Bool
    let sslRequired: SSLRequirement
    let loginWithEmailAllowed: Bool
    let emailIsUsername: Bool
    let duplicateEmailsAllowed: Bool
    let usernameIsEditable: Bool
    /// Seconds.
    let accessTokenLifespan: Int64
    let sessionIdleTimeout: Int64
    let sessionMaximumLifespan: Int64
    /// Tokens issued before this second are void.
    let notBefore: Int64
    let passwordPolicy: PasswordPolicy
    let roles: RoleCatalog
    let clients: [String: RealmClient]
    /// Nil where the realm has internationalisation off.
    let supportedLocales: [String]?
    let profile: UserProfile

    init(_ file: RealmReader) throws(RealmFileError) {
        name = try file.requiredText("realm")
        guard name.utf8.allSatisfy(Realm.isNameByte) else {
            throw file.fail("has a realm name that a path cannot hold: use letters, digits, - _ .")
        }
        isEnabled = try file.flag("enabled", default: true)
        sslRequired = try Realm.sslRequirement(file)
        loginWithEmailAllowed = try file.flag("loginWithEmailAllowed", default: true)
        emailIsUsername = try file.flag("registrationEmailAsUsername", default: false)
        duplicateEmailsAllowed = try file.flag("duplicateEmailsAllowed", default: false)
        usernameIsEditable = try file.flag("editUsernameAllowed", default: false)
        accessTokenLifespan = try file.integer("accessTokenLifespan", default: 300)
        sessionIdleTimeout = try file.integer("ssoSessionIdleTimeout", default: 1_800)
        sessionMaximumLifespan = try file.integer("ssoSessionMaxLifespan", default: 36_000)
        notBefore = try file.integer("notBefore", default: 0)
        passwordPolicy = try PasswordPolicy(file)
        roles = try RoleCatalog(file, realm: name)
        clients = try Realm.clients(file)
        let isInternational = try file.flag("internationalizationEnabled", default: false)
        supportedLocales = isInternational ? try file.texts("supportedLocales") : nil
        profile = try UserProfile(file, hasLocale: isInternational)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
    }

    private static func sslRequirement(
        _ file: RealmReader
    ) throws(RealmFileError) -> SSLRequirement {
        guard let text = try file.text("sslRequired") else { return .external }
        guard let requirement = SSLRequirement(rawValue: text.lowercased()) else {
            throw file.fail("has sslRequired \"\(text)\": all, external or none is expected")
        }
        return requirement
    }

    private static func clients(
        _ file: RealmReader
    ) throws(RealmFileError) -> [String: RealmClient] {
        var clients: [String: RealmClient] = [:]
        for element in try file.elements("clients") {
            let client = try RealmClient(element)
            guard clients.updateValue(client, forKey: client.id) == nil else {
                throw element.fail("is the second client \"\(client.id)\"")
            }
        }
        return clients
    }
}

/// A realm file, read: the realm and the users it begins with.
struct RealmFile {
    /// What this provider acts on, and what only a real Keycloak would.
    private static let known: Set<String> = [
        "realm", "enabled", "sslRequired", "loginWithEmailAllowed", "registrationEmailAsUsername",
        "duplicateEmailsAllowed", "editUsernameAllowed", "accessTokenLifespan",
        "ssoSessionIdleTimeout", "ssoSessionMaxLifespan", "notBefore", "passwordPolicy", "roles",
        "groups", "defaultGroups", "clients", "users", "internationalizationEnabled",
        "supportedLocales", "defaultLocale", "components", "bruteForceProtected", "id",
        "displayName",
    ]

    let realm: Realm
    let users: [RealmFileUser]
    /// The members that change nothing here, for whoever wonders why.
    let ignored: [String]

    init(
        _ bytes: ContiguousArray<UInt8>,
        environment: [String: String]
    ) throws(RealmFileError) {
        let json: JSON
        do {
            json = try JSON.parse(bytes)
        } catch {
            let problem = "is not JSON: it \(error.reason) at byte \(error.offset)"
            throw RealmFileError(pointer: "", problem: problem)
        }
        let resolved = RealmPlaceholders(values: environment).resolve(json)
        let file = RealmReader(json: resolved, pointer: "")
        realm = try Realm(file)
        var users: [RealmFileUser] = []
        for element in try file.elements("users") { users.append(try RealmFileUser(element)) }
        self.users = users
        if case .object(let members) = resolved {
            ignored = members.map(\.name).filter { !RealmFile.known.contains($0) }
        } else {
            ignored = []
        }
    }
}
