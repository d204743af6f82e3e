/// Every function of the service, one line each.
package enum Catalog {
    package static let functions: [AnyFunction] = [
        .keyedEffect(Register.self),
        .transaction(OpenAccount.self),
        .query(GetAccount.self),
        .keyed(Deposit.self),
        .query(ListEntries.self),
        .keyed(Withdraw.self),
        .keyed(CreateOrder.self),
        .query(ListOrders.self),
        .query(GetOrder.self),
        .query(ListNotifications.self),
        .query(GetNotification.self),
        .effect(Notify.self),
    ]
}

/// A declared function of any kind.
package enum AnyFunction: Sendable {
    case query(any (QueryFunction & DeclaredFunction).Type)
    case transaction(any (TransactionFunction & DeclaredFunction).Type)
    case keyed(any (KeyedFunction & DeclaredFunction).Type)
    case effect(any (EffectFunction & DeclaredFunction).Type)
    case keyedEffect(any (KeyedEffectFunction & DeclaredFunction).Type)

    package var declaration: Declaration { type.declaration }

    package var type: any DeclaredFunction.Type {
        switch self {
        case .query(let function): function
        case .transaction(let function): function
        case .keyed(let function): function
        case .effect(let function): function
        case .keyedEffect(let function): function
        }
    }
}
