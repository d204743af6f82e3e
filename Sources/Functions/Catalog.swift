/// Every function of the service, one line each.
package enum Catalog {
    package static let functions: [AnyFunction] = []
}

/// A function of any kind.
package enum AnyFunction: Sendable {
    case query(any QueryFunction.Type)
    case transaction(any TransactionFunction.Type)
    case effect(any EffectFunction.Type)

    package var declaration: Declaration { type.declaration }

    package var type: any Function.Type {
        switch self {
        case .query(let function): function
        case .transaction(let function): function
        case .effect(let function): function
        }
    }
}
