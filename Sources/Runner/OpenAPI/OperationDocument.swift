internal import Functions

extension OperationDescription {
    /// The operation object.
    var document: JSON {
        var members: [JSON.Member] = [
            JSON.Member("operationId", .string(declaration.name)),
            JSON.Member("tags", [.string(tag)]),
            JSON.Member("summary", .string(declaration.summary)),
            JSON.Member("description", .string(access)),
        ]
        if !wantsToken { members.append(JSON.Member("security", [])) }
        if !parameters.isEmpty { members.append(JSON.Member("parameters", .array(parameters))) }
        if takesBody { members.append(JSON.Member("requestBody", requestBody)) }
        members.append(JSON.Member("responses", responses))
        return .object(members)
    }

    private var access: String {
        let time = "Answered within \(declaration.timeoutSeconds) seconds, or with 504."
        switch declaration.access {
        case .anyone: return "For anyone. \(time)"
        case .user: return "For the roles user and operator. \(time)"
        case .owner: return "For the owner (role user) and operators. \(time)"
        case .service: return "For the role service. \(time)"
        }
    }

    private var parameters: [JSON] {
        var parameters = fields.compactMap(parameter)
        if hasKey { parameters.append(["$ref": "#/components/parameters/Idempotency-Key"]) }
        return parameters
    }

    private func parameter(_ field: FieldDescription) -> JSON? {
        switch field.place {
        case .path:
            [
                "name": .string(field.name), "in": "path", "required": true,
                "schema": field.name == "userId" && declaration.access != .service
                    ? OperationDescription.userOrMe : field.document,
            ]
        case .query:
            [
                "name": .string(field.name), "in": "query", "required": false,
                "schema": field.document,
            ]
        case .attribute:
            [
                "name": .string("ce-" + field.name), "in": "header", "required": true,
                "schema": field.document,
            ]
        case .body: nil
        }
    }

    private static let userOrMe: JSON = [
        "anyOf": [["type": "string", "format": "uuid"], ["const": "me"]],
        "description": "A user's id; me is the caller.",
        "examples": ["me"],
    ]

    private var requestBody: JSON {
        [
            "required": .boolean(bodyFields.contains(where: \.isRequired)),
            "content": [
                "application/json": [
                    "schema": ["$ref": .string("#/components/schemas/\(inputName)")],
                    "example": .object(
                        bodyFields.compactMap { field in
                            field.document["examples"]?.array?.first.map {
                                JSON.Member(field.name, $0)
                            }
                        }
                    ),
                ]
            ],
        ]
    }

    /// The name of the body's schema among the components.
    var inputName: String {
        declaration.name.prefix(1).uppercased() + declaration.name.dropFirst() + "Input"
    }

    /// The body's schema.
    var inputDocument: JSON {
        var members: [JSON.Member] = [
            JSON.Member("type", "object"),
            JSON.Member(
                "properties",
                .object(bodyFields.map { JSON.Member($0.name, $0.document) })
            ),
        ]
        let required = bodyFields.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { members.append(JSON.Member("required", .array(required))) }
        members.append(JSON.Member("additionalProperties", false))
        return .object(members)
    }
}
