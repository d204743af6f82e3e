internal import Functions

/// One problem document with which an operation may be answered.
struct ProblemExample {
    /// The last part of its `type`.
    let name: String
    /// Its key among the document's examples.
    let key: String
    let status: Int
    let value: JSON
    /// The schema of its own, where it has members beyond those of every problem.
    var schema: JSON.Member?
    var retryAfter: Int?
    var hasLocation = false
    /// Whether the same key gets it again.
    var isRecorded = false
    /// Whether it is answered only after the key was looked at.
    var isBehindKey = true

    /// One of the function's own problems.
    init(_ problem: ProblemDescription, by operation: OperationDescription) {
        name = problem.code.kebabCase
        key = "\(operation.declaration.name).\(name)"
        status = problem.status
        value = ProblemExample.value(
            problem.status,
            name,
            problem.title,
            problem.detail,
            problem.errors
        )
        retryAfter = problem.retryAfter
        isRecorded = problem.isRecorded
    }

    /// An outcome that is a problem and was kept: nil for every other answer.
    init?(kept answer: AnswerDescription, by operation: OperationDescription) {
        guard let problem = answer.problem, let schemaName = answer.schemaName else { return nil }
        name = problem.code.kebabCase
        key = "\(operation.declaration.name).\(name)"
        status = answer.status
        value = ProblemExample.value(
            answer.status,
            name,
            problem.title,
            problem.detail,
            member: JSON.Member(problem.member, answer.example)
        )
        schema = JSON.Member(
            schemaName + "Problem",
            [
                "allOf": [["$ref": "#/components/schemas/Problem"]],
                "type": "object",
                "properties": .object([
                    JSON.Member(
                        problem.member,
                        ["$ref": .string("#/components/schemas/\(schemaName)")]
                    )
                ]),
                "required": [.string(problem.member)],
            ]
        )
        hasLocation = answer.location != nil
        isRecorded = true
    }

    /// What the gateway refuses.
    init(_ refusal: GatewayRefusal) {
        name = refusal.rawValue.kebabCase
        key = name
        status = refusal.status
        value = ProblemExample.value(
            refusal.status,
            name,
            refusal.title,
            refusal.exampleDetail,
            refusal.exampleErrors
        )
        retryAfter = refusal.retryAfter
        isBehindKey = refusal.isBehindKey
    }

    /// What the HTTP core refuses.
    init(_ refusal: Refusal) {
        let problem = refusal.problem
        name = problem.type.split(separator: "/").last.map(String.init) ?? problem.type
        key = name
        status = problem.status
        value = ProblemExample.value(problem.status, name, problem.title, problem.detail)
        isBehindKey = false
    }

    private static func value(
        _ status: Int,
        _ name: String,
        _ title: String,
        _ detail: String,
        _ errors: [InputProblem] = [],
        member: JSON.Member? = nil
    ) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("type", .string("/problems/" + name)),
            JSON.Member("title", .string(title)),
            JSON.Member("status", .integer(Int64(status))),
            JSON.Member("detail", .string(detail)),
            JSON.Member("requestId", "019aba21-0fd0-7b3c-8d4e-5f60718293a4"),
        ]
        if !errors.isEmpty { members.append(JSON.Member("errors", .array(errors.map(\.example)))) }
        if let member { members.append(member) }
        return .object(members)
    }
}

extension InputProblem {
    fileprivate var example: JSON {
        switch place {
        case .pointer(let pointer): ["pointer": .string(pointer), "detail": .string(detail)]
        case .parameter(let name): ["parameter": .string(name), "detail": .string(detail)]
        }
    }
}
