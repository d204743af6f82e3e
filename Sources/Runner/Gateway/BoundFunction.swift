package import Functions

/// A function with its generics bound, once, at start: what the gateway calls.
package protocol BoundFunction: Sendable {
    var declaration: Declaration { get }
    var fields: [FieldDescription] { get }
    var inFlight: InFlight { get }
    /// Decodes a request; nil only after at least one problem was reported.
    func prepare(_ parts: RequestParts, _ decoding: inout Decoding) -> (any PreparedCall)?
}

extension BoundFunction {
    var takesBody: Bool { fields.contains { $0.place == .body } }
    /// Whether an empty body means `{}`.
    var mayBodyBeEmpty: Bool { !fields.contains { $0.place == .body && $0.isRequired } }
    var parameterNames: [String] { fields.filter { $0.place == .query }.map(\.name) }
}

/// A function and its decoded input, ready to run.
package protocol PreparedCall {
    /// Runs it and answers the invocation, now or later.
    func start(_ invocation: Invocation)
}

extension AnyFunction {
    /// Binds a function of any kind; `limit` is how many calls may be in flight at once.
    package func bound(limit: Int) -> any BoundFunction {
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
    ) -> any BoundFunction {
        Bound<F>(limit: limit) { PreparedQuery<F>(input: $0) }
    }

    private static func transaction<F: TransactionFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> any BoundFunction {
        Bound<F>(limit: limit) { PreparedTransaction<F>(input: $0) }
    }

    private static func keyed<F: KeyedFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> any BoundFunction {
        Bound<F>(limit: limit) { PreparedKeyedTransaction<F>(input: $0) }
    }

    private static func effect<F: EffectFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> any BoundFunction {
        Bound<F>(limit: limit) { PreparedEffect<F>(input: $0) }
    }

    private static func keyedEffect<F: KeyedEffectFunction & DeclaredFunction>(
        _ function: F.Type,
        _ limit: Int
    ) -> any BoundFunction {
        Bound<F>(limit: limit) { PreparedKeyedEffect<F>(input: $0) }
    }
}

private struct Bound<F: DeclaredFunction>: BoundFunction {
    let inFlight: InFlight
    let make: @Sendable (F.Input) -> any PreparedCall

    init(limit: Int, make: @escaping @Sendable (F.Input) -> any PreparedCall) {
        inFlight = InFlight(limit: limit)
        self.make = make
    }

    var declaration: Declaration { F.declaration }
    var fields: [FieldDescription] { F.input.fields }

    func prepare(_ parts: RequestParts, _ decoding: inout Decoding) -> (any PreparedCall)? {
        F.input.decode(parts, &decoding).map(make)
    }
}
