import Testing

/// A piece of code in two readings: one that the compiler takes, and one that differs from it only
/// in what must not compile.
struct Snippet: Sendable, CustomTestStringConvertible {
    let name: String
    let accepted: String
    let rejected: String
    /// A part of what the compiler says.
    let complaint: String

    var testDescription: String { name }

    /// A transaction function with this body; `marks` stand behind its parameters.
    static func transaction(_ body: String, marks: String = "", members: String = "") -> String {
        """
        enum Sample: TransactionFunction {
            enum Code: String, ProblemCode {
                case refused
                var status: Int { 409 }
                var title: String { "Refused" }
                var detail: String { "Do something else." }
            }
            \(members)
            static func rows(_ input: UserID, _ call: Call) -> Rows { Rows(accounts: [input]) }
            static func handle(
                _ input: UserID, _ call: Call, in transaction: borrowing Transaction
            ) \(marks) throws(Problem<Code>) -> Int64 {
                \(body)
            }
        }
        """
    }

    static func query(_ body: String) -> String {
        """
        enum Sample: QueryFunction {
            typealias Code = NoProblem
            static func handle(
                _ input: UserID, _ call: Call, in snapshot: borrowing Snapshot
            ) throws(Problem<Code>) -> Int64 {
                \(body)
            }
        }
        """
    }

    static func effect(_ body: String) -> String {
        """
        enum Sample: EffectFunction {
            typealias Code = NoProblem
            static func handle(
                _ input: UserID, _ call: Call, in context: borrowing EffectContext
            ) async throws(EffectError<Code>) -> Int64 {
                \(body)
            }
        }
        """
    }
}
