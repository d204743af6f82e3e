internal import Functions

/// What production keeps of a realm file that has what a trial wants.
///
/// It goes by rules, so it holds for another realm file, too: users are those of service accounts,
/// clients that are marked stay out, no client gives tokens for a password alone, and no secret can
/// be read from the file.
enum ProductionRealm {
    /// The attribute, `"true"`, of a client that only a trial has.
    private static let mark = "trial.only"
    /// Members that hold secrets, wherever they stand.
    private static let secrets: Set<String> = ["secret", "clientSecret", "password"]
    /// Settings that have to be set in production: there a default would pass unseen.
    private static let demanded = Set(ProcessSettings.all.flatMap(\.requiredInProduction))

    static func derive(_ realm: JSON) throws(RealmFileError) -> JSON {
        guard case .object(let members) = realm else { return realm }
        let kept = members.map { member in
            guard let elements = member.value.array else { return member }
            switch member.name {
            case "users": return JSON.Member(member.name, .array(elements.filter(isService)))
            case "clients":
                let clients = elements.filter { !isForTrial($0) }.map(withoutPasswordGrant)
                return JSON.Member(member.name, .array(clients))
            default: return member
            }
        }
        return try withoutDefaults(.object(kept), at: "")
    }

    // MARK: Users and clients

    private static func isService(_ user: JSON) -> Bool {
        user["serviceAccountClientId"]?.string?.isEmpty == false
    }

    private static func isForTrial(_ client: JSON) -> Bool {
        client["attributes"]?[mark]?.string == "true"
    }

    private static func withoutPasswordGrant(_ client: JSON) -> JSON {
        guard case .object(let members) = client else { return client }
        return .object(
            members.map { member in
                member.name == "directAccessGrantsEnabled"
                    ? JSON.Member(member.name, false) : member
            }
        )
    }

    // MARK: Placeholders

    private static func withoutDefaults(
        _ json: JSON,
        at pointer: String,
        isSecret: Bool = false
    ) throws(RealmFileError) -> JSON {
        switch json {
        case .string(let text):
            guard isSecret else { return .string(withoutDefaults(text, where: demanded.contains)) }
            return .string(try secret(text, at: pointer))
        case .array(let elements):
            var kept: [JSON] = []
            for (index, element) in elements.enumerated() {
                kept.append(
                    try withoutDefaults(element, at: "\(pointer)/\(index)", isSecret: isSecret)
                )
            }
            return .array(kept)
        case .object(let members):
            var kept: [JSON.Member] = []
            for member in members {
                let value = try withoutDefaults(
                    member.value,
                    at: "\(pointer)/\(member.name)",
                    isSecret: secrets.contains(member.name)
                )
                kept.append(JSON.Member(member.name, value))
            }
            return .object(kept)
        default: return json
        }
    }

    /// A secret is one placeholder, and nothing beside it.
    private static func secret(_ text: String, at pointer: String) throws(RealmFileError) -> String
    {
        var count = 0
        let beside = RealmPlaceholders.rewrite(text) { _ in
            count += 1
            return ""
        }
        guard count == 1, beside.isEmpty else {
            throw RealmFileError(
                pointer: pointer,
                problem: "production wants a placeholder alone here, as in ${NAME}: "
                    + "whoever has the file would have the secret"
            )
        }
        return withoutDefaults(text) { _ in true }
    }

    private static func withoutDefaults(
        _ text: String,
        where isDemanded: (String) -> Bool
    ) -> String {
        RealmPlaceholders.rewrite(text) { placeholder in
            guard let fallback = placeholder.fallback else { return nil }
            guard !isDemanded(placeholder.name) else { return "${\(placeholder.name)}" }
            return "${\(placeholder.name):\(withoutDefaults(fallback, where: isDemanded))}"
        }
    }
}
