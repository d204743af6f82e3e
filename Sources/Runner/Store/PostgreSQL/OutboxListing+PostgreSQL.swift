internal import Functions

extension OutboxListing {
    /// Those that wait first, by when they are due; then what has failed, newest first.
    package static func read(
        _ database: DatabaseOptions,
        limit: Int = 1_000
    ) async throws(StoreOpenError) -> [OutboxLine] {
        try await DatabaseVisit.run(database) { (thread) async throws(PostgreSQLError) in
            let statements = [
                PostgreSQLStatement(SQL.waitingEvents("$1"), .integer(Int64(limit))),
                PostgreSQLStatement(SQL.failedLetters("$1"), .integer(Int64(limit))),
            ]
            var lines: [OutboxLine] = []
            for result in try await thread.run(statements, in: .init(.read)) {
                lines += try result.map(line)
            }
            return lines
        }
    }

    private static func line(_ row: PostgreSQLRow) throws(PostgreSQLError) -> OutboxLine {
        OutboxLine(
            id: try row.uuid(0),
            state: try row.text(1),
            attempts: Int(try row.integer(2)),
            nextAttempt: try row.optionalMoment(3),
            detail: try row.optionalText(4) ?? ""
        )
    }
}
