package import Functions

/// What commands need of the rest of the runner, as functions that the wiring gives.
package struct CommandParts: Sendable {
    /// Serves until it is told to end; the exit code.
    package var serve: @Sendable (Settings) async -> Int32
    package var gateway: @Sendable (Settings) async -> Int32
    /// Serves the function of this declared name.
    package var function: @Sendable (Settings, String) async -> Int32
    package var worker: @Sendable (Settings) async -> Int32
    package var identity: @Sendable (Settings) async -> Int32
    /// What was done.
    package var migrate: @Sendable (Settings) async throws(CommandFailure) -> String
    package var audit: @Sendable (Settings) async throws(CommandFailure) -> AuditVerdict
    /// Writes a copy to a file that must not exist yet.
    package var backup: @Sendable (Settings, _ file: String) async throws(CommandFailure) -> Void
    package var outboxList: @Sendable (Settings) async throws(CommandFailure) -> [OutboxLine]
    /// How many letters will be tried again.
    package var outboxRedrive:
        @Sendable (Settings, OutboxSelection) async throws(CommandFailure) -> Int
    /// The OpenAPI document.
    package var openAPI: @Sendable () -> ContiguousArray<UInt8>
    /// The password of a user of the development's realm file; nil for anybody else.
    package var developmentPassword: @Sendable (Settings, _ user: String) -> Secret?
    package var functions: [Declaration]

    package init(
        functions: [Declaration],
        serve: @escaping @Sendable (Settings) async -> Int32,
        gateway: @escaping @Sendable (Settings) async -> Int32,
        function: @escaping @Sendable (Settings, String) async -> Int32,
        worker: @escaping @Sendable (Settings) async -> Int32,
        identity: @escaping @Sendable (Settings) async -> Int32,
        migrate: @escaping @Sendable (Settings) async throws(CommandFailure) -> String,
        audit: @escaping @Sendable (Settings) async throws(CommandFailure) -> AuditVerdict,
        backup: @escaping @Sendable (Settings, String) async throws(CommandFailure) -> Void,
        outboxList: @escaping @Sendable (Settings) async throws(CommandFailure) -> [OutboxLine],
        outboxRedrive:
            @escaping @Sendable (Settings, OutboxSelection) async throws(CommandFailure)
            -> Int,
        openAPI: @escaping @Sendable () -> ContiguousArray<UInt8>,
        developmentPassword: @escaping @Sendable (Settings, String) -> Secret?
    ) {
        self.functions = functions
        self.serve = serve
        self.gateway = gateway
        self.function = function
        self.worker = worker
        self.identity = identity
        self.migrate = migrate
        self.audit = audit
        self.backup = backup
        self.outboxList = outboxList
        self.outboxRedrive = outboxRedrive
        self.openAPI = openAPI
        self.developmentPassword = developmentPassword
    }
}

/// What is wrong with the ledger.
package struct AuditVerdict: Sendable, Equatable {
    /// How many faults there are: not all of them need a line.
    package let faults: Int
    package let lines: [String]
}

/// A letter or event that waits or has failed.
package struct OutboxLine: Sendable, Equatable {
    package let id: UUID
    /// `waiting`, `leased`, `failed` and the like.
    package let state: String
    package let attempts: Int
    package let nextAttempt: Timestamp?
    /// What went wrong last.
    package let detail: String

    package init(
        id: UUID,
        state: String,
        attempts: Int,
        nextAttempt: Timestamp?,
        detail: String
    ) {
        self.id = id
        self.state = state
        self.attempts = attempts
        self.nextAttempt = nextAttempt
        self.detail = detail
    }
}
