/// What register's members must be.
enum Profile {
    static let email = Schema<String>(document: [
        "type": "string", "format": "email", "maxLength": 254,
        "description":
            "Kept and compared in small letters; an international domain becomes its A-labels.",
        "examples": [.string(Example.email)],
    ]) { json, pointer, decoding in
        guard case .string(let text) = json else {
            decoding.report(.pointer(pointer), "must be a string")
            return nil
        }
        guard let email = ContactRules.email(text, decoding.domainToASCII) else {
            decoding.report(
                .pointer(pointer),
                "must be an e-mail address: a name in ASCII, @ and a domain"
            )
            return nil
        }
        decoding.note(email)
        return email
    }

    static let password = Schema.text(
        Text.document(
            limit: 256,
            "Without control characters; the identity provider may ask for more.",
            example: "correct horse battery staple"
        )
    ) { Text.problem($0, limit: 256) }

    static let firstName = name("The given name.", example: "Anna")
    static let lastName = name("The family name.", example: "Ivanova")

    static let phone = Schema.text([
        "type": "string", "pattern": "^\\+[1-9][0-9]{1,14}$", "description": "E.164.",
        "examples": [.string(Example.phone)],
    ]) {
        ContactRules.isPhone($0) ? nil : "must be a phone number as +79161234567 (E.164)"
    }

    static let locale = Schema<String>(document: [
        "type": "string", "maxLength": 35,
        "description": "BCP 47. Letters are in English where its language is en, else in Russian.",
        "examples": ["ru"],
    ]) { json, pointer, decoding in
        guard case .string(let text) = json, let locale = ContactRules.locale(text) else {
            decoding.report(.pointer(pointer), "must be a language tag such as ru or en-GB")
            return nil
        }
        decoding.note(locale)
        return locale
    }

    private static func name(_ description: String, example: JSON) -> Schema<String> {
        Schema.text(Text.document(limit: 255, description, example: example)) {
            Text.readableProblem($0, limit: 255)
        }
    }
}
