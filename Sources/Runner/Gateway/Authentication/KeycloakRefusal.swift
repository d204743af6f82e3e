internal import Functions

extension KeycloakRefusal {
    /// What a 400 of Keycloak's has against a user; nil where it speaks of something else.
    static func all(in json: JSON) -> [KeycloakRefusal]? {
        if let key = json["error"]?.string, key.hasPrefix("invalidPassword") {
            let said = json["error_description"]?.string ?? "The password is against the rules."
            return [KeycloakRefusal(member: "password", detail: KeycloakTrouble.plain(said))]
        }
        if let errors = json["errors"]?.array {
            let refusals = errors.compactMap(one)
            return refusals.isEmpty ? nil : refusals
        }
        return one(json).map { [$0] }
    }

    private static func one(_ json: JSON) -> KeycloakRefusal? {
        guard let field = json["field"]?.string, let message = json["errorMessage"]?.string else {
            return nil
        }
        return KeycloakRefusal(member: member(field), detail: detail(message, json["params"]?.array))
    }

    /// The name that our clients gave the value under: the username is the e-mail.
    private static func member(_ field: String) -> String {
        switch field {
        case "username", "email": "email"
        case "firstName", "lastName", "locale": field
        case "phoneNumber", "attributes.phoneNumber": "phone"
        case "attributes.locale": "locale"
        default: ""
        }
    }

    private static func detail(_ message: String, _ parameters: [JSON]?) -> String {
        let numbers = (parameters ?? []).compactMap(\.integer)
        switch message {
        case "error-invalid-email": return "This is not an e-mail address that Keycloak takes."
        case "error-invalid-length-too-long": return "At most \(numbers.last ?? 255) characters are taken."
        case "error-invalid-length-too-short":
            return "At least \(numbers.first ?? 1) characters are needed."
        case "error-invalid-length" where numbers.count == 2:
            return "Between \(numbers[0]) and \(numbers[1]) characters are taken."
        case "error-username-invalid-character", "error-person-name-invalid-character":
            return "It holds a character that Keycloak does not take."
        case "error-user-attribute-required": return "It is required."
        default: return "Keycloak does not take it: \(KeycloakTrouble.plain(message))."
        }
    }
}
