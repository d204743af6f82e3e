/// Whose list is asked for.
package enum Whose: Sendable, Hashable {
    case user(UserID)
    case everybody
}

extension Field where Value == Whose {
    /// The parameter `userId` of a list: the caller's own where it is left out.
    ///
    /// `me` and the caller's id are the caller; another id and `-` (everybody) are for operators.
    package static let whose = Field(
        description: FieldDescription(
            name: "userId",
            place: .query,
            isRequired: false,
            document: [
                "type": "string",
                "description":
                    "me, or the caller's id; for operators any user's id, or - for everybody's.",
                "examples": ["me"],
            ]
        )
    ) { parts, decoding in
        let text = parts.query.first { $0.name == "userId" }?.value ?? "me"
        if text == "-" {
            decoding.actForEverybody()
            decoding.whose = text
            return .everybody
        }
        guard let userID = text == "me" ? decoding.caller?.userID : UUID(text).map(UserID.init)
        else {
            decoding.report(.parameter("userId"), "must be a UUID, me, or - for everybody's")
            return nil
        }
        decoding.act(for: userID)
        decoding.whose = userID.description
        return .user(userID)
    }
}

extension Field where Value == UserID {
    /// The member `userId` of a body: the caller where it is left out.
    package static let actingUser = Field(
        description: FieldDescription(
            name: "userId",
            place: .body,
            isRequired: false,
            document: [
                "type": "string", "format": "uuid",
                "description": "The caller's own id (the default); for operators any user's.",
                "examples": [.string(Example.userID.description)],
            ]
        )
    ) { parts, decoding in
        guard let value = parts.body?["userId"] else {
            guard let caller = decoding.caller else {
                decoding.report(.pointer("/userId"), "is required")
                return nil
            }
            decoding.note(caller.userID.description)
            return caller.userID
        }
        guard let userID = Schema<UserID>.userID.decode(value, "/userId", &decoding) else {
            return nil
        }
        decoding.act(for: userID)
        return userID
    }
}

extension Decoding {
    fileprivate mutating func actForEverybody() {
        // No user is nobody: only an operator passes.
        act(for: UserID(UUID(high: 0, low: 0)))
    }
}
