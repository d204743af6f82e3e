internal import CPostgreSQL

/// Statements that were sent together, and what has come back of them.
@safe final class PostgreSQLRound {
    private let statements: [PostgreSQLStatement]
    private(set) var results: [PostgreSQLResult] = []
    /// The first statement's that failed; those behind it did not run.
    private(set) var failure: PostgreSQLError?
    /// Whether the server, or a pooler before it, said that it ends the connection: then nobody
    /// can tell how far it had come.
    private var isCutShort = false

    init(_ statements: [PostgreSQLStatement]) { self.statements = statements }

    /// Takes a result over.
    @unsafe func take(_ pointer: OpaquePointer) {
        let result = unsafe PostgreSQLResult(pointer)
        switch unsafe PQresultStatus(pointer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: keep(result)
        case PGRES_PIPELINE_ABORTED: break
        default: if failure == nil { unsafe fail(pointer) }
        }
    }

    /// How a round ended that the connection did not outlive.
    func failure(lostBy error: PostgreSQLError) -> PostgreSQLError? {
        if hasCommitted { return nil }
        let error = failure ?? error
        guard failure == nil || isCutShort else { return error }
        let isCommitting = statements.contains { $0.isCommit }
        return isCommitting ? error.withOutcomeUnknown() : error
    }

    /// Whether COMMIT was answered with success.
    private var hasCommitted: Bool {
        failure == nil && zip(statements, results).contains { statement, _ in statement.isCommit }
    }

    private func keep(_ result: PostgreSQLResult) {
        let index = results.count
        results.append(result)
        guard failure == nil, index < statements.count,
            let expected = statements[index].expectedTag, result.tag != expected
        else { return }
        failure = PostgreSQLError(.refused, state: "25P02", "the transaction had failed before")
    }

    private func fail(_ pointer: OpaquePointer) {
        func field(_ text: UnsafePointer<CChar>?) -> String? {
            unsafe text.map { unsafe String(cString: $0) }
        }
        let severity = unsafe field(postgresql_error_severity(pointer))
        let state = unsafe field(postgresql_error_state(pointer)) ?? ""
        let message = unsafe field(postgresql_error_message(pointer)) ?? "no answer"
        isCutShort = severity != "ERROR" || PostgreSQLRound.uncertain.contains(state)
        let error = PostgreSQLError(
            isCutShort ? .lost : .refused,
            state: state,
            // Errors about data quote what was sent.
            state.hasPrefix("22") ? "a value that its column does not take" : message,
            constraint: unsafe field(postgresql_error_constraint(pointer))
        )
        let mayHaveCommitted = isCutShort && statements.contains { $0.isCommit }
        failure = mayHaveCommitted ? error.withOutcomeUnknown() : error
    }

    /// What relatives of PostgreSQL answer when they do not know how a statement has ended.
    private static let uncertain: Set<String> = ["40003", "08007"]
}

extension PostgreSQLStatement {
    var isCommit: Bool { expectedTag == "COMMIT" }
}
