/// The context of an effect.
package struct EffectContext: ~Copyable, Sendable {
    /// The key of the call, for the function that commits its end; nil where it has none.
    package let key: KeyClaim?
    package let identity: IdentityAdministration
    package let delivery: LetterDelivery
    let runner: any EffectRunner

    package init(
        key: KeyClaim?,
        identity: IdentityAdministration,
        delivery: LetterDelivery,
        runner: any EffectRunner
    ) {
        self.key = key
        self.identity = identity
        self.delivery = delivery
        self.runner = runner
    }

    /// Reads fresh state.
    package func query<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>> {
        try await runner.query(function, input, call)
    }

    /// Runs a transaction that leaves no record under a key.
    package func call<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>> {
        try await runner.run(function, input, call)
    }

    /// Runs the transaction that ends the effect: its answer is recorded under the key in the same
    /// commit.
    ///
    /// Where the key has a record already, that answer is given again and nothing runs.
    package func complete<F: KeyedFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call,
        under key: KeyClaim
    ) async throws(CompletionFailure) -> Result<F.Output, Problem<F.Code>> {
        try await runner.complete(function, input, call, recording: key)
    }
}

/// The store did not take a transaction or a query: nothing is known to have happened.
package struct StoreUnavailable: Error {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

/// Why an effect's end was not recorded.
package enum CompletionFailure: Error {
    /// Nothing is known to have happened.
    case unavailable(String)
    /// The key has the record of another request: nothing happened.
    case keyReused
}

/// What runs the queries and transactions of an effect.
package protocol EffectRunner: Sendable {
    func query<F: QueryFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>>

    func run<F: TransactionFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call
    ) async throws(StoreUnavailable) -> Result<F.Output, Problem<F.Code>>

    func complete<F: KeyedFunction>(
        _ function: F.Type,
        _ input: F.Input,
        _ call: Call,
        recording key: KeyClaim
    ) async throws(CompletionFailure) -> Result<F.Output, Problem<F.Code>>
}

/// The verbs of the identity provider's administration that `register` needs.
package struct IdentityAdministration: Sendable {
    package struct FoundUser: Sendable, Equatable {
        package let id: UserID
        package let createdAt: Timestamp

        package init(id: UserID, createdAt: Timestamp) {
            self.id = id
            self.createdAt = createdAt
        }
    }

    package struct NewUser: Sendable {
        package let email: String
        package let password: String
        package let firstName: String
        package let lastName: String
        package let phone: String?
        package let locale: String?

        package init(
            email: String,
            password: String,
            firstName: String,
            lastName: String,
            phone: String?,
            locale: String?
        ) {
            self.email = email
            self.password = password
            self.firstName = firstName
            self.lastName = lastName
            self.phone = phone
            self.locale = locale
        }
    }

    package enum Creation: Sendable {
        case created(UserID)
        case exists
        /// What the provider refuses, at the members that the client sent.
        case refused([InputProblem])
    }

    /// The user with exactly this e-mail, in any letter case.
    package let findUser:
        @Sendable (_ email: String) async throws(ProviderUnavailable) -> FoundUser?
    /// Is not cancelled when its caller is: the outcome would be unknown.
    package let createUser: @Sendable (NewUser) async throws(ProviderUnavailable) -> Creation

    package init(
        findUser: @escaping @Sendable (String) async throws(ProviderUnavailable) -> FoundUser?,
        createUser: @escaping @Sendable (NewUser) async throws(ProviderUnavailable) -> Creation
    ) {
        self.findUser = findUser
        self.createUser = createUser
    }
}

package struct ProviderUnavailable: Error {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

/// The verb by which a letter leaves the house.
package struct LetterDelivery: Sendable {
    package enum Outcome: Sendable, Equatable {
        case sent
        /// The receiving side refuses this letter for good.
        case rejected(String)
        case later(String)
    }

    package let send: @Sendable (Letter) async -> Outcome

    package init(send: @escaping @Sendable (Letter) async -> Outcome) { self.send = send }
}
