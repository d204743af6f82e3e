internal import Functions

/// Which attributes a user may have and what they must look like: the realm's user profile.
///
/// Attributes that it does not name are dropped, as Keycloak drops them.
struct UserProfile: Sendable {
    struct Attribute: Sendable {
        let name: String
        let rules: [ProfileRule]
        /// Whether everybody must have it, or only whoever logs in.
        let isRequired: Bool
        let isRequiredOfUsers: Bool
        let isMultivalued: Bool
    }

    /// The four that are members of a user and not attributes.
    static let members = ["username", "email", "firstName", "lastName"]

    let attributes: [Attribute]

    init(_ file: RealmReader, hasLocale: Bool) throws(RealmFileError) {
        var attributes: [Attribute]
        if let declared = try UserProfile.declared(file) {
            attributes = declared
        } else {
            attributes = try UserProfile.standard()
        }
        // Keycloak adds this one by itself where the realm has more than one language.
        if hasLocale && !attributes.contains(where: { $0.name == "locale" }) {
            attributes.append(
                Attribute(
                    name: "locale",
                    rules: [],
                    isRequired: false,
                    isRequiredOfUsers: false,
                    isMultivalued: false
                )
            )
        }
        self.attributes = attributes
    }

    func names(_ attribute: String) -> Bool {
        attributes.contains { $0.name == attribute } && !UserProfile.members.contains(attribute)
    }

    /// Every rule that the user breaks, in the profile's order.
    func problems(of user: User, whoLogsIn: Bool = false) -> [ProfileProblem] {
        attributes.flatMap { attribute in
            let values = user.values(of: attribute.name)
            if values.allSatisfy(\.isEmpty) {
                let isMissing =
                    attribute.isRequired || (whoLogsIn && attribute.isRequiredOfUsers)
                return isMissing ? [ProfileProblem.missing(attribute.name)] : []
            }
            return values.flatMap { value in
                attribute.rules.compactMap { $0.problem(attribute.name, value) }
            }
        }
    }

    private static func declared(
        _ file: RealmReader
    ) throws(RealmFileError) -> [Attribute]? {
        let provider = "org.keycloak.userprofile.UserProfileProvider"
        guard let component = try file.member("components")?.elements(provider).first,
            let config = component.member("config"),
            let text = try config.texts("kc.user.profile.config").first
        else { return nil }
        let pointer = "\(config.pointer)/kc.user.profile.config/0"
        guard let json = try? JSON.parse(text) else {
            throw RealmFileError(pointer: pointer, problem: "is not JSON")
        }
        return try parse(RealmReader(json: json, pointer: pointer))
    }

    private static func parse(_ profile: RealmReader) throws(RealmFileError) -> [Attribute] {
        var attributes: [Attribute] = []
        for element in try profile.elements("attributes") {
            var rules: [ProfileRule] = []
            for (name, config) in try element.members("validations") {
                rules.append(try ProfileRule(name, config))
            }
            let required = element.member("required")
            let roles = try required?.texts("roles") ?? []
            attributes.append(
                Attribute(
                    name: try element.requiredText("name"),
                    rules: rules,
                    isRequired: required != nil && (roles.isEmpty || roles.contains("admin")),
                    isRequiredOfUsers: required != nil,
                    isMultivalued: try element.flag("multivalued", default: false)
                )
            )
        }
        return attributes
    }

    /// Keycloak's profile of a realm whose file has none.
    private static func standard() throws(RealmFileError) -> [Attribute] {
        let json: JSON = [
            "attributes": [
                [
                    "name": "username",
                    "validations": [
                        "length": ["min": 3, "max": 255], "username-prohibited-characters": [:],
                        "up-username-not-idn-homograph": [:],
                    ],
                ],
                [
                    "name": "email", "validations": ["email": [:], "length": ["max": 255]],
                    "required": ["roles": ["user"]],
                ],
                name("firstName"), name("lastName"),
            ]
        ]
        return try parse(RealmReader(json: json, pointer: ""))
    }

    private static func name(_ member: String) -> JSON {
        [
            "name": .string(member),
            "validations": ["length": ["max": 255], "person-name-prohibited-characters": [:]],
            "required": ["roles": ["user"]],
        ]
    }
}

/// What is wrong with one value of a user, in Keycloak's words.
struct ProfileProblem: Equatable, Sendable {
    let field: String
    let message: String
    let parameters: [JSON]

    static func missing(_ field: String) -> ProfileProblem {
        ProfileProblem(
            field: field,
            message: "error-user-attribute-required",
            parameters: [.string(field)]
        )
    }

    var json: JSON {
        [
            "field": .string(field), "errorMessage": .string(message),
            "params": .array(parameters),
        ]
    }
}
