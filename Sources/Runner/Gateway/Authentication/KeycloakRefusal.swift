internal import Functions

/// Reads what Keycloak has against a new user, as problems of the members that our client sent.
enum KeycloakRefusal {
    /// Nil where a 400 speaks of something else than the user.
    static func problems(in json: JSON) -> [InputProblem]? {
        if let key = json["error"]?.string, key.hasPrefix("invalidPassword") {
            let said = json["error_description"]?.string ?? "The password is against the rules."
            return [InputProblem(.pointer("/password"), KeycloakTrouble.plain(said))]
        }
        if let errors = json["errors"]?.array {
            let problems = errors.compactMap(one)
            return problems.isEmpty ? nil : problems
        }
        return one(json).map { [$0] }
    }

    private static func one(_ json: JSON) -> InputProblem? {
        guard let field = json["field"]?.string, let message = json["errorMessage"]?.string else {
            return nil
        }
        return InputProblem(
            .pointer(pointer(field)),
            detail(message, json["params"]?.array ?? [])
        )
    }

    /// The username is the e-mail; a field that no client of ours sends is the body's affair.
    private static func pointer(_ field: String) -> String {
        switch field {
        case "username", "email": "/email"
        case "firstName": "/firstName"
        case "lastName": "/lastName"
        case "phoneNumber", "attributes.phoneNumber": "/phone"
        case "locale", "attributes.locale": "/locale"
        default: ""
        }
    }

    private static func detail(_ message: String, _ parameters: [JSON]) -> String {
        let numbers = parameters.compactMap(\.integer)
        switch message {
        case "error-invalid-email": return "This is no e-mail address that Keycloak takes."
        case "error-invalid-length-too-long":
            return "At most \(numbers.last ?? 255) characters are taken."
        case "error-invalid-length-too-short":
            return "At least \(numbers.first ?? 1) characters are needed."
        case "error-invalid-length" where numbers.count == 2:
            return "From \(numbers[0]) to \(numbers[1]) characters are taken."
        case "error-username-invalid-character", "error-person-name-invalid-character":
            return "It holds a character that Keycloak does not take."
        case "error-user-attribute-required": return "It is required."
        default: return "Keycloak does not take it: \(KeycloakTrouble.plain(message))."
        }
    }
}
