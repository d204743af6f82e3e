internal import Functions

extension OpenAPI {
    static func components(
        _ operations: [OperationDescription],
        base: String,
        realm: String
    ) -> JSON {
        [
            "schemas": schemas(operations),
            "examples": examples(operations),
            "parameters": ["Idempotency-Key": keyParameter],
            "headers": headers,
            "securitySchemes": securitySchemes(base + "/auth/realms/" + realm),
        ]
    }

    private static func schemas(_ operations: [OperationDescription]) -> JSON {
        var members: [JSON.Member] = []
        for operation in operations {
            if operation.takesBody {
                members.append(JSON.Member(operation.inputName, operation.inputDocument))
            }
            for answer in operation.answers {
                members += answer.parts
                if let name = answer.schemaName {
                    members.append(JSON.Member(name, answer.document))
                }
            }
            members += operation.problemExamples.compactMap(\.schema)
        }
        return .object(unique(members + [JSON.Member("Problem", problem)]))
    }

    private static func examples(_ operations: [OperationDescription]) -> JSON {
        .object(
            unique(
                operations.flatMap { operation in
                    operation.problemExamples.map { JSON.Member($0.key, ["value": $0.value]) }
                }
            )
        )
    }

    /// The first of every name, in the order of names.
    private static func unique(_ members: [JSON.Member]) -> [JSON.Member] {
        var names = Set<String>()
        return members.filter { names.insert($0.name).inserted }.sorted { $0.name < $1.name }
    }

    private static let problem: JSON = [
        "type": "object",
        "description": "A problem document (RFC 9457). Problems may have more members.",
        "properties": [
            "type": ["type": "string", "format": "uri-reference"],
            "title": ["type": "string"],
            "status": ["type": "integer"],
            "detail": ["type": "string", "description": "What to do next."],
            "requestId": ["type": "string", "format": "uuid"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": [
                        "pointer": [
                            "type": "string", "description": "A member of the body (RFC 6901).",
                        ],
                        "parameter": [
                            "type": "string", "description": "A parameter of the query.",
                        ],
                        "detail": ["type": "string"],
                    ],
                    "required": ["detail"],
                ],
            ],
        ],
        "required": ["type", "title", "status", "detail", "requestId"],
    ]

    private static let keyParameter: JSON = [
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description":
            "Names this request: the same key and request have one effect and one answer, forever.",
        "schema": [
            "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]{1,255}$",
            "examples": ["order-2026-11-25-1"],
        ],
    ]

    private static let headers: JSON = [
        "X-Request-Id": header("This request's id.", ["type": "string", "format": "uuid"]),
        "Idempotency-Key": header("The key, given or made.", ["type": "string"]),
        "Idempotent-Replayed": header(
            "There and true where an earlier answer is given again.",
            ["const": "true"]
        ),
        "Location": header(
            "Where the new object is.",
            ["type": "string", "format": "uri-reference"]
        ),
        "Retry-After": header("Seconds to wait.", ["type": "integer", "minimum": 1]),
        "WWW-Authenticate": header("What token is wanted (RFC 6750).", ["type": "string"]),
        "Allow": header("The methods of this path.", ["type": "string"]),
    ]

    private static func header(_ description: String, _ schema: JSON) -> JSON {
        ["description": .string(description), "schema": schema]
    }

    private static func securitySchemes(_ realm: String) -> JSON {
        let token = JSON.string(realm + "/protocol/openid-connect/token")
        return [
            "bearer": [
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "An access token of the identity provider.",
            ],
            "keycloak": [
                "type": "oauth2",
                "flows": [
                    "authorizationCode": [
                        "authorizationUrl": .string(realm + "/protocol/openid-connect/auth"),
                        "tokenUrl": token,
                        "refreshUrl": token,
                        "scopes": [:],
                    ],
                    "password": ["tokenUrl": token, "refreshUrl": token, "scopes": [:]],
                ],
            ],
        ]
    }
}
