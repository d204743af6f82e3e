package import Functions

/// What a process is there for; it reads only the settings that this needs.
package enum Role: String, Sendable, CaseIterable {
    /// Gateway and all functions in one process.
    case serve
    case gateway
    /// One function.
    case function
    /// Outbox, leases, and registrations that nobody ends.
    case worker
    /// The embedded identity provider alone.
    case identity
    /// The command that brings a schema up to date.
    case migrate
    /// The command that asks the management port of a process.
    case health
    /// A command that calls the running gateway.
    case client
    /// A command that opens the store beside the service.
    case store
    /// The command that prints the realm file.
    case realm
    case doctor
}

/// Which functions read a setting, of those that the role `function` reads.
///
/// It looks at nothing but the declaration, so what a process holds follows from what its function
/// declares.
struct FunctionCondition: Sendable {
    let holds: @Sendable (Declaration) -> Bool

    static let every = FunctionCondition { _ in true }
    /// Those that anyone may call look at no token.
    static let checksTokens = FunctionCondition { $0.access != .anyone }
    static let takesKeys = FunctionCondition { $0.idempotency == .key }

    static func uses(_ resources: Set<Declaration.Resource>) -> FunctionCondition {
        FunctionCondition { !$0.uses.isDisjoint(with: resources) }
    }
}

/// Who reads settings: a role, and where that is `function`, which one.
package struct SettingReader: Sendable {
    package let role: Role
    /// Nil for the other roles, and where any function is meant.
    package let function: Declaration?

    package init(_ role: Role, _ function: Declaration? = nil) {
        self.role = role
        self.function = function
    }

    func reads(_ definition: SettingDefinition) -> Bool {
        guard definition.roles.contains(role) else { return false }
        return function.map(definition.condition.holds) ?? true
    }

    /// Where letters are addressed and not sent, of a webhook's URL scheme and host are enough.
    var knowsWebhookByOrigin: Bool {
        guard let function else { return false }
        return function.uses.contains(.letterAddress) && !function.uses.contains(.letterDelivery)
    }
}
