internal import Functions

/// What a client adds to its tokens.
struct ProtocolMapper: Sendable {
    enum Effect: Sendable, Equatable {
        case audience(String)
        /// A user's attribute under a claim's name; all its values where `isMultivalued`.
        case attribute(name: String, claim: String, isMultivalued: Bool)
    }

    /// Where claims go.
    enum Target: Sendable { case accessToken, introspection, idToken, userInfo }

    let effect: Effect
    private let isInAccessToken: Bool
    private let isInIntrospection: Bool
    private let isInIDToken: Bool
    private let isInUserInfo: Bool

    init(_ file: RealmReader) throws(RealmFileError) {
        let config =
            file.member("config") ?? RealmReader(json: [:], pointer: "\(file.pointer)/config")
        effect = try ProtocolMapper.effect(file, config)
        isInAccessToken = try config.flag("access.token.claim", default: false)
        isInIntrospection = try config.flag("introspection.token.claim", default: true)
        isInIDToken = try config.flag("id.token.claim", default: false)
        isInUserInfo = try config.flag("userinfo.token.claim", default: isInIDToken)
    }

    func applies(to target: Target) -> Bool {
        switch target {
        case .accessToken: isInAccessToken
        case .introspection: isInIntrospection
        case .idToken: isInIDToken
        case .userInfo: isInUserInfo
        }
    }

    /// A mapper that we do not know would be missed in every token: better no start than that.
    private static func effect(
        _ file: RealmReader,
        _ config: RealmReader
    ) throws(RealmFileError) -> Effect {
        let type = try file.requiredText("protocolMapper")
        switch type {
        case "oidc-audience-mapper":
            if let client = try config.text("included.client.audience"), !client.isEmpty {
                return .audience(client)
            }
            return .audience(try config.requiredText("included.custom.audience"))
        case "oidc-usermodel-attribute-mapper":
            return try attribute(config)
        default:
            throw file.fail(
                "the mapper type \"\(type)\" is not known here: oidc-audience-mapper and "
                    + "oidc-usermodel-attribute-mapper are"
            )
        }
    }

    private static func attribute(_ config: RealmReader) throws(RealmFileError) -> Effect {
        let claim = try config.requiredText("claim.name")
        guard !claim.contains(".") else {
            throw config.fail("the claim \"\(claim)\" is a nested one, which is not known here")
        }
        guard try config.text("jsonType.label") ?? "String" == "String" else {
            throw config.fail("the claim \"\(claim)\" must have the type String")
        }
        return .attribute(
            name: try config.requiredText("user.attribute"),
            claim: claim,
            isMultivalued: try config.flag("multivalued", default: false)
        )
    }
}
