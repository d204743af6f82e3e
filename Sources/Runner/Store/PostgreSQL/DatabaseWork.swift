/// One transaction on PostgreSQL, as a conversation: statements out, results in, until it says
/// that it is done.
///
/// Everything here is called on the database thread and must be quick.
package protocol DatabaseWork: AnyObject, Sendable {
    var transaction: DatabaseTransaction { get }

    /// What to send first; called anew where the work is begun anew.
    func begin() -> DatabaseStep

    /// What to send after these results, one for each statement of the last step.
    ///
    /// What it throws rolls back and ends the work.
    func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep

    /// How it ended: with the results of the last step, or with what failed. Called once a begin,
    /// or instead of one where no connection could be had.
    func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel
}

package enum DatabaseStep: Sendable {
    /// Sends these; the transaction stays open for `next`.
    case send([PostgreSQLStatement])
    /// Sends these and COMMIT together: the last step.
    case commit([PostgreSQLStatement])
    /// Keeps nothing: the work ends well, without results.
    case rollBack
}

/// What follows a work.
package enum DatabaseSequel: Sendable {
    case none
    /// To be run before anything that waits.
    case now(any DatabaseWork)
    case later(any DatabaseWork, milliseconds: Int64)
}

/// What a transaction may do and how long it may take.
package struct DatabaseTransaction: Sendable {
    package enum Kind: Sendable {
        /// Sees one state of the database and writes nothing.
        case read
        case write
        /// A step of the schema: never serializable, for it waits for a lock first.
        case migration
    }

    package var kind: Kind
    /// How long one statement may take on the server.
    package var statementMilliseconds = 8_000
    /// How long one wait for a lock may take: less than the statement, or that would end first.
    package var lockMilliseconds = 5_000
    /// How long the whole of it may take before its connection is given up.
    package var totalMilliseconds: Int64 = 9_000

    package init(_ kind: Kind) { self.kind = kind }

    /// Goes before the first step: all that a transaction is, said in it and not in its session,
    /// so that a pooler may hand each transaction to another connection.
    func prologue(isDistributed: Bool) -> [PostgreSQLStatement] {
        let begin =
            switch kind {
            case .read where isDistributed: "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"
            case .read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            case .write where isDistributed: "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
            case .write, .migration: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
            }
        // SET LOCAL three times, as one statement.
        let limits = PostgreSQLStatement(
            """
            SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
                set_config('idle_in_transaction_session_timeout', $3, true)
            """,
            .text("\(statementMilliseconds)"),
            .text("\(lockMilliseconds)"),
            .text("\(totalMilliseconds)")
        )
        return [PostgreSQLStatement(begin), limits]
    }
}

/// Where the database thread takes work from, whenever a connection is free.
///
/// It decides by itself how much of it is one transaction and how many run at once.
package protocol WorkSource: AnyObject, Sendable {
    /// Whether `next` would answer with something.
    var isWaiting: Bool { get }

    /// On the database thread.
    func next() -> (any DatabaseWork)?
}
