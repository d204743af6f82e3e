/// A refusal that a function declares: one case of a closed list.
///
/// Its raw value in kebab case is the last part of the problem's `type` (RFC 9457).
package protocol ProblemCode: CaseIterable, Sendable, RawRepresentable<String> {
    var status: Int { get }
    /// A short, fixed name of the problem for people.
    var title: String { get }
    /// Tells a person what to do next, where the function does not say it in more detail.
    var detail: String { get }
    /// Whether the same key gets this refusal again, forever. False where trying again may help.
    var isRecorded: Bool { get }
    /// Seconds after which the same request may be tried again; sent as `Retry-After`.
    var retryAfter: Int? { get }
    /// The one member of the body that it refuses, as a JSON pointer: listed among its errors with
    /// the problem's own detail, so that a record of code and detail tells all.
    var pointer: String? { get }
    /// What such a problem may list among its errors, for the OpenAPI document.
    var exampleErrors: [InputProblem] { get }
}

extension ProblemCode {
    package var isRecorded: Bool { true }
    package var retryAfter: Int? { nil }
    package var pointer: String? { nil }
    package var exampleErrors: [InputProblem] {
        pointer.map { [InputProblem(.pointer($0), detail)] } ?? []
    }
}

/// What a function throws: nothing of it was done.
package struct Problem<Code: ProblemCode>: Error {
    package let code: Code
    /// Tells a person what to do next.
    package let detail: String
    package let errors: [InputProblem]

    package init(_ code: Code, _ detail: String? = nil) {
        let detail = detail ?? code.detail
        let errors = code.pointer.map { [InputProblem(.pointer($0), detail)] } ?? []
        self.init(code, detail, errors: errors)
    }

    /// The problem that a key's record tells of; nil where this release does not know its code.
    package init?(recorded code: String, _ detail: String) {
        guard let code = Code(rawValue: code) else { return nil }
        self.init(code, detail)
    }

    /// A problem with members of a body that its code does not name: it cannot be recorded.
    package init(_ code: Code, _ detail: String? = nil, errors: [InputProblem]) {
        self.code = code
        self.detail = detail ?? code.detail
        self.errors = errors
    }
}

/// The list of a function that refuses nothing by itself.
package enum NoProblem: String, ProblemCode {
    case none

    package static var allCases: [NoProblem] { [] }
    package var status: Int { 500 }
    package var title: String { "No problem" }
    package var detail: String { "Nothing went wrong." }
}

/// What is wrong with one member of a body or one query parameter.
package struct InputProblem: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        /// A JSON pointer (RFC 6901).
        case pointer(String)
        case parameter(String)
    }

    package let place: Place
    package let detail: String

    package init(_ place: Place, _ detail: String) {
        self.place = place
        self.detail = detail
    }
}

/// A problem without its type: what is rendered, recorded under a key and documented.
package struct ProblemDescription: Sendable {
    package let code: String
    package let status: Int
    package let title: String
    package let detail: String
    package let errors: [InputProblem]
    package let isRecorded: Bool
    package let retryAfter: Int?

    package init<Code>(_ problem: Problem<Code>) {
        code = problem.code.rawValue
        status = problem.code.status
        title = problem.code.title
        detail = problem.detail
        errors = problem.errors
        isRecorded = problem.code.isRecorded
        retryAfter = problem.code.retryAfter
    }
}

extension String {
    /// `accountMissing` as `account-missing`.
    package var kebabCase: String {
        var result = ""
        for scalar in unicodeScalars {
            if scalar.value >= 65 && scalar.value <= 90 {
                if !result.isEmpty { result.unicodeScalars.append("-") }
                result.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
