package import Functions

/// A function with its generics bound, once, at start: what the gateway calls.
package final class BoundFunction: Sendable {
    let declaration: Declaration
    let inFlight: InFlight
    let takesBody: Bool
    /// Whether an empty body means `{}`.
    let mayBodyBeEmpty: Bool
    let parameterNames: [String]
    private let decode: @Sendable (RequestParts, inout Decoding) -> (any PreparedCall)?

    fileprivate init<F: DeclaredFunction>(
        _ function: F.Type,
        limit: Int,
        make: @escaping @Sendable (F.Input) -> any PreparedCall
    ) {
        let input = F.input
        declaration = F.declaration
        inFlight = InFlight(limit: limit)
        takesBody = input.takesBody
        mayBodyBeEmpty = input.mayBeEmpty
        parameterNames = input.fields.filter { $0.place == .query }.map(\.name)
        decode = { parts, decoding in input.decode(parts, &decoding).map(make) }
    }

    /// Decodes a request; nil only after at least one problem was reported.
    func prepare(_ parts: RequestParts, _ decoding: inout Decoding) -> (any PreparedCall)? {
        decode(parts, &decoding)
    }
}

/// A function and its decoded input, ready to run.
package protocol PreparedCall {
    /// Runs it and answers the invocation, now or later.
    func start(_ invocation: Invocation)
}

extension AnyFunction {
    /// Binds a function of any kind; `limit` is how many calls may be in flight at once.
    package func bound(limit: Int) -> BoundFunction {
        switch self {
        case .query(let function): AnyFunction.query(function, limit)
        case .transaction(let function): AnyFunction.transaction(function, limit)
        case .keyed(let function): AnyFunction.keyed(function, limit)
        case .effect(let function): AnyFunction.effect(function, limit)
        case .keyedEffect(let function): AnyFunction.keyedEffect(function, limit)
        }
    }

    private static func query<F: QueryFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> BoundFunction {
        BoundFunction(function, limit: limit) { PreparedQuery<F>(input: $0) }
    }

    private static func transaction<F: TransactionFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> BoundFunction {
        BoundFunction(function, limit: limit) { PreparedTransaction<F>(input: $0) }
    }

    private static func keyed<F: KeyedFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> BoundFunction {
        BoundFunction(function, limit: limit) { PreparedKeyedTransaction<F>(input: $0) }
    }

    private static func effect<F: EffectFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> BoundFunction {
        BoundFunction(function, limit: limit) { PreparedEffect<F>(input: $0) }
    }

    private static func keyedEffect<F: KeyedEffectFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> BoundFunction {
        BoundFunction(function, limit: limit) { PreparedKeyedEffect<F>(input: $0) }
    }
}
