package import Functions

/// What the command line asks for.
package enum Command: Sendable, Equatable {
    case serve
    case gateway
    /// One function, by its declared name.
    case function(String)
    case worker
    case identity
    case health
    case migrate
    case routes
    case roles(isJSON: Bool)
    case realm(isProduction: Bool)
    case openapi
    case audit
    case backup(file: String)
    case outboxList
    case outboxRedrive(OutboxSelection)
    case token(Login)
    case invoke(CommandInvocation)
    /// The whole flow as a new user, of this address where there is one.
    case trial(email: String?)
    case doctor
    case version
    case help(topic: String?)
}

/// Which dead letters are to be tried again.
package enum OutboxSelection: Sendable, Equatable {
    case all
    case ids([UUID])
}

/// Who logs in.
package struct Login: Sendable, Equatable {
    package let user: String
    /// Nil: from the environment's `RUNNER_PASSWORD`, else a development user's own.
    package let password: Secret?
}

/// A call of a function through the running gateway.
package struct CommandInvocation: Sendable, Equatable {
    package let function: String
    /// Nil: without a token.
    package let login: Login?
    package let data: String?
    package let key: String?
    /// Fills the id in the function's path.
    package let id: String?
}

/// The exit codes of every command.
package enum ExitCode {
    package static let success: Int32 = 0
    /// It ran, and found or met a failure.
    package static let failure: Int32 = 1
    /// The command line or the settings are wrong.
    package static let usage: Int32 = 2
    /// Somebody else has what it needs; try again later (EX_TEMPFAIL).
    package static let busy: Int32 = 75
}
