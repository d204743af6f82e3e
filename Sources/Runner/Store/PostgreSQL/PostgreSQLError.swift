/// Why something was not done in the database, or why nobody can tell whether it was.
///
/// It never holds a statement or a value: only the server's primary message, and not even that
/// where the server quotes a value in it.
package struct PostgreSQLError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The server said no: the transaction is rolled back.
        case refused
        /// No connection could be had: the transaction did not begin.
        case away
        /// The connection broke, or took too long, before COMMIT was sent: nothing was done.
        case lost
        /// The same, after COMMIT was sent: it may have been done.
        case unknown
        /// An answer is not of the form that was asked for: nothing was done.
        case unexpected
    }

    package let kind: Kind
    /// SQLSTATE: five characters, or none where the server said nothing.
    package let state: String
    package let message: String
    /// The constraint that a row broke.
    package let constraint: String?

    package init(_ kind: Kind, state: String = "", _ message: String, constraint: String? = nil) {
        self.kind = kind
        self.state = state
        self.message = message
        self.constraint = constraint
    }

    package var description: String {
        state.isEmpty ? message : "\(message) (PostgreSQL \(state))"
    }

    /// The same transaction, begun anew, may well succeed.
    package var isConflict: Bool { ["40001", "40P01"].contains(state) }
    /// A row was locked by somebody for too long.
    package var isLockTimeout: Bool { state == "55P03" }
    /// A statement took too long.
    package var isStatementTimeout: Bool { state == "57014" }
    package var isUniqueViolation: Bool { state == "23505" }
    /// The server does not take this user, with this password, from here.
    package var isLoginRefused: Bool { state.hasPrefix("28") }
    package var isMissingTable: Bool { state == "42P01" }

    /// It says nothing about what was asked: the database was not there.
    package var isPassing: Bool { kind == .away || kind == .lost || kind == .unknown }

    /// The same error, once it is known that COMMIT was on its way.
    func withOutcomeUnknown() -> PostgreSQLError {
        PostgreSQLError(.unknown, state: state, message, constraint: constraint)
    }
}
