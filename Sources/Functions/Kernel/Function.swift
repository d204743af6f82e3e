/// Anything that is called with an input, and ends with an output or one of its own problems.
package protocol Function: Sendable {
    associatedtype Input: Sendable
    associatedtype Output: Sendable
    associatedtype Code: ProblemCode
}

/// A function that the world reaches: what it declares is the only place where its policy stands.
///
/// A function that only effects call needs none.
package protocol DeclaredFunction: Function where Output: Answer {
    static var declaration: Declaration { get }
    static var input: InputSchema<Input> { get }
}

/// Reads one snapshot: may not write, wait or call out.
package protocol QueryFunction: Function {
    associatedtype Input
    associatedtype Output
    associatedtype Code

    static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> Output
}

/// Reads and writes in one store transaction: may not wait, call out, see the clock or random but
/// through its transaction.
///
/// It may be run again, batched with others, replayed.
///
/// What it returns is kept, what it throws is rolled back.
package protocol TransactionFunction: Function {
    associatedtype Input
    associatedtype Output
    associatedtype Code

    /// The rows that `handle` will read; reading another one is an error.
    static func rows(_ input: Input, _ call: Call) -> Rows

    static func handle(
        _ input: Input,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> Output
}

/// A transaction whose end is recorded under an idempotency key, in its own commit.
package protocol KeyedFunction: TransactionFunction where Output: Reply {
    /// The id under which `recall` finds the output again.
    static func reference(_ output: Output) -> UUID

    /// The output of an earlier call, byte for byte as it was.
    static func recall(
        _ outcome: Output.Outcome,
        _ reference: UUID,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) -> Output?
}

/// Waits and calls out; runs queries and transactions through its context and never writes itself.
///
/// It runs at least once.
package protocol EffectFunction: Function {
    associatedtype Input
    associatedtype Output
    associatedtype Code

    static func handle(
        _ input: Input,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) -> Output
}

/// An effect whose end is recorded under an idempotency key, by the transaction that completes it.
///
/// A key's answer is recalled through that transaction.
package protocol KeyedEffectFunction: EffectFunction {
    associatedtype Completion: KeyedFunction
    where Completion.Output == Output, Completion.Code == Code
}

/// How an effect ends otherwise than by its output.
package enum EffectError<Code: ProblemCode>: Error {
    /// One of the function's own problems.
    case problem(Problem<Code>)
    /// Something that the effect needs does not answer: the same request may be tried again.
    case unavailable(String)
}
