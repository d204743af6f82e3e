internal import Functions

extension OperationDescription {
    /// Every status with which the operation may be answered.
    var responses: JSON {
        let successes = answers.filter { $0.problem == nil }
        let members = successes.map { JSON.Member(String($0.status), response($0)) }
        return .object(members + OperationDescription.refusals(problemExamples, hasKey: hasKey))
    }

    /// A response for each status of these problems.
    static func refusals(_ examples: [ProblemExample], hasKey: Bool) -> [JSON.Member] {
        Set(examples.map(\.status)).sorted().map { status in
            let own = examples.filter { $0.status == status }
            return JSON.Member(String(status), response(status, own, hasKey: hasKey))
        }
    }

    /// The function's own problems, then those that its declaration implies.
    var problemExamples: [ProblemExample] {
        let kept = answers.compactMap { ProblemExample(kept: $0, by: self) }
        let own = problems.map { ProblemExample($0, by: self) }
        let implied = ProblemExample.implied(by: self)
        let names = Set((kept + own).map(\.name))
        return kept + own + implied.filter { !names.contains($0.name) }
    }

    private func response(_ answer: AnswerDescription) -> JSON {
        var headers = ["X-Request-Id"]
        if hasKey { headers += ["Idempotency-Key", "Idempotent-Replayed"] }
        if answer.location != nil { headers.append("Location") }
        var members: [JSON.Member] = [
            JSON.Member("description", .string(StatusLine.reason(answer.status).description)),
            JSON.Member("headers", OperationDescription.headers(headers)),
        ]
        if let name = answer.schemaName {
            members.append(
                JSON.Member(
                    "content",
                    [
                        "application/json": [
                            "schema": ["$ref": .string("#/components/schemas/\(name)")],
                            "example": answer.example,
                        ]
                    ]
                )
            )
        }
        return .object(members)
    }

    private static func response(
        _ status: Int,
        _ examples: [ProblemExample],
        hasKey: Bool
    ) -> JSON {
        var headers = ["X-Request-Id"]
        if hasKey, examples.contains(where: \.isBehindKey) { headers.append("Idempotency-Key") }
        if hasKey, examples.contains(where: \.isRecorded) { headers.append("Idempotent-Replayed") }
        if examples.contains(where: \.hasLocation) { headers.append("Location") }
        if examples.contains(where: { $0.retryAfter != nil }) { headers.append("Retry-After") }
        if status == 401 || status == 403 { headers.append("WWW-Authenticate") }
        if status == 405 { headers.append("Allow") }
        let schema = examples.lazy.compactMap(\.schema).first?.name ?? "Problem"
        return [
            "description": .string(StatusLine.reason(status).description),
            "headers": self.headers(headers),
            "content": [
                "application/problem+json": [
                    "schema": ["$ref": .string("#/components/schemas/\(schema)")],
                    "examples": .object(
                        examples.map {
                            JSON.Member(
                                $0.name,
                                ["$ref": .string("#/components/examples/\($0.key)")]
                            )
                        }
                    ),
                ]
            ],
        ]
    }

    private static func headers(_ names: [String]) -> JSON {
        .object(
            names.map { JSON.Member($0, ["$ref": .string("#/components/headers/\($0)")]) }
        )
    }
}
