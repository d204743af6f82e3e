package import Functions

/// The OpenAPI 3.1 document, made of the declarations: the same bytes for the same settings.
package enum OpenAPI {
    /// Without a public URL the server is the one that the document comes from.
    package static func document(
        publicURL: String?,
        realm: String,
        functions: [AnyFunction]
    ) -> JSON {
        let operations = functions.map { OperationDescription($0) }
        return [
            "openapi": "3.1.0",
            "info": information,
            "servers": [["url": .string(publicURL ?? "/")]],
            "security": [["bearer": []], ["keycloak": []]],
            "tags": tags(operations),
            "paths": paths(operations),
            "webhooks": webhooks(operations),
            "components": components(operations, base: publicURL ?? "", realm: realm),
        ]
    }

    private static let information: JSON = [
        "title": "Orders",
        "version": "1",
        "summary": "Accounts, orders and the letters about them.",
        "description": .string(
            """
            Money is an integer in minor units beside an ISO 4217 currency; times are RFC 3339 in \
            UTC; ids are UUIDs. Unknown members are refused and absent values left out. Errors are \
            problem documents (RFC 9457). A POST with an Idempotency-Key has one effect however \
            often it is sent, and is answered with the same bytes. HEAD is answered wherever GET \
            is, OPTIONS everywhere. Tokens come from the identity provider under /auth.
            """
        ),
    ]

    private static func tags(_ operations: [OperationDescription]) -> JSON {
        var names: [String] = []
        for operation in operations where !names.contains(operation.tag) {
            names.append(operation.tag)
        }
        return .array((names + ["Documentation"]).map { ["name": .string($0)] })
    }

    private static func paths(_ operations: [OperationDescription]) -> JSON {
        var paths: [JSON.Member] = []
        for operation in operations {
            guard case .http(let method, let path) = operation.declaration.trigger else { continue }
            let member = JSON.Member(method.rawValue.lowercased(), operation.document)
            if let index = paths.firstIndex(where: { $0.name == path }),
                case .object(let members) = paths[index].value
            {
                paths[index] = JSON.Member(path, .object(members + [member]))
            } else {
                paths.append(JSON.Member(path, .object([member])))
            }
        }
        return .object(paths + [JSON.Member("/api/openapi.json", ["get": ownDocument])])
    }

    private static func webhooks(_ operations: [OperationDescription]) -> JSON {
        .object(
            operations.compactMap { operation in
                guard case .event(let type) = operation.declaration.trigger else { return nil }
                return JSON.Member(type, ["post": operation.document])
            }
        )
    }

    private static let ownDocument: JSON = [
        "operationId": "getOpenAPI",
        "tags": ["Documentation"],
        "summary": "This document.",
        "security": [],
        "responses": .object(
            [JSON.Member("200", ownAnswer)]
                + OperationDescription.refusals(ProblemExample.ofDocument, hasKey: false)
        ),
    ]

    private static let ownAnswer: JSON = [
        "description": "OK",
        "headers": ["X-Request-Id": ["$ref": "#/components/headers/X-Request-Id"]],
        "content": ["application/json": ["schema": ["type": "object"]]],
    ]
}
