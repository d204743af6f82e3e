internal import Functions

/// All that a function's declaration says, without its generics.
struct OperationDescription {
    let declaration: Declaration
    let fields: [FieldDescription]
    let answers: [AnswerDescription]
    let problems: [ProblemDescription]

    init(_ function: AnyFunction) { self = OperationDescription.describe(function.type) }

    private init(
        _ declaration: Declaration,
        _ fields: [FieldDescription],
        _ answers: [AnswerDescription],
        _ problems: [ProblemDescription]
    ) {
        self.declaration = declaration
        self.fields = fields
        self.answers = answers
        self.problems = problems
    }

    private static func describe<F: DeclaredFunction>(_ function: F.Type) -> OperationDescription {
        OperationDescription(
            F.declaration,
            F.input.fields,
            F.Output.descriptions,
            F.Code.allCases.map { ProblemDescription(Problem($0, errors: $0.exampleErrors)) }
        )
    }
}

extension OperationDescription {
    var bodyFields: [FieldDescription] { fields.filter { $0.place == .body } }
    var takesBody: Bool { !bodyFields.isEmpty }
    var hasKey: Bool { declaration.idempotency == .key }
    var wantsToken: Bool { declaration.access != .anyone }
    var hasPathParameter: Bool { fields.contains { $0.place == .path } }
    /// Whether query or body may name a user, who may be somebody else.
    var mayNameUser: Bool { fields.contains { $0.name == "userId" && $0.place != .path } }

    /// The part of the system that the path names.
    var tag: String {
        guard case .http(_, let path) = declaration.trigger else { return "Events" }
        switch path.split(separator: "/").dropFirst().first {
        case "register": return "Registration"
        case "billing": return "Billing"
        case "orders": return "Orders"
        case "notifications": return "Notifications"
        default: return "Other"
        }
    }
}
