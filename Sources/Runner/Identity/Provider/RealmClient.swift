/// A client of the realm.
struct RealmClient: Sendable {
    let id: String
    let isEnabled: Bool
    let isPublic: Bool
    /// Nil for a public client.
    let secret: Secret?
    let hasDirectAccess: Bool
    let hasServiceAccount: Bool
    let redirects: [String]
    /// The browser origins that may call on this client's behalf; `*` for all.
    let webOrigins: [String]
    let mappers: [ProtocolMapper]

    init(_ file: RealmReader) throws(RealmFileError) {
        id = try file.requiredText("clientId")
        isEnabled = try file.flag("enabled", default: true)
        isPublic = try file.flag("publicClient", default: false)
        secret = try RealmClient.secret(file, isPublic: isPublic)
        hasDirectAccess = try file.flag("directAccessGrantsEnabled", default: false)
        hasServiceAccount = try file.flag("serviceAccountsEnabled", default: false)
        redirects = try file.texts("redirectUris")
        webOrigins = try RealmClient.webOrigins(file, redirects: redirects)
        var mappers: [ProtocolMapper] = []
        for element in try file.elements("protocolMappers") {
            mappers.append(try ProtocolMapper(element))
        }
        self.mappers = mappers
    }

    func allows(origin: String) -> Bool {
        webOrigins.contains("*") || webOrigins.contains(origin)
    }

    /// Whether a browser may be sent to this address: one of the list, where `*` at an entry's end
    /// stands for anything.
    func allows(redirect: String) -> Bool {
        // It becomes a field of an answer.
        guard redirect.utf8.allSatisfy(Grammar.isValueByte) else { return false }
        return redirects.contains { entry in
            entry.hasSuffix("*") ? redirect.hasPrefix(entry.dropLast()) : redirect == entry
        }
    }

    private static func secret(
        _ file: RealmReader,
        isPublic: Bool
    ) throws(RealmFileError) -> Secret? {
        let text = try file.text("secret") ?? ""
        if isPublic { return nil }
        guard !text.isEmpty else {
            throw file.fail("is a confidential client and needs a secret")
        }
        return Secret(text)
    }

    /// Keycloak takes the origins of the redirects where a client lists none, and for `+`.
    private static func webOrigins(
        _ file: RealmReader,
        redirects: [String]
    ) throws(RealmFileError) -> [String] {
        var origins: [String] = []
        let listed = file.member("webOrigins") == nil ? ["+"] : try file.texts("webOrigins")
        for entry in listed {
            for origin in entry == "+" ? redirects.compactMap(origin) : [entry]
            where !origins.contains(origin) {
                origins.append(origin)
            }
        }
        return origins
    }

    /// Scheme, host and port of an address; nil for what is relative.
    static func origin(_ address: String) -> String? {
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].hasSuffix(":"), parts[1].isEmpty else { return nil }
        return "\(parts[0])//\(parts[2])"
    }
}
