internal import Functions

/// What waits in the outbox and what has failed, read beside the service.
package enum OutboxListing {
    /// Those that wait first, by when they are due; then what has failed, newest first.
    package static func read(
        _ path: String,
        limit: Int = 1_000
    ) throws(StoreOpenError) -> [OutboxLine] {
        let database = try StoreAudit.openForReading(path)
        do throws(DatabaseError) {
            let waiting = try Statement(database, SQL.waitingEvents(), isKept: false)
                .all(limit, read: line)
            let failed = try Statement(database, SQL.failedLetters(), isKept: false)
                .all(limit, read: line)
            return waiting + failed
        } catch {
            throw .refused("the store \(path) cannot be read: \(error)")
        }
    }

    private static func line(_ row: borrowing Row) throws(DatabaseError) -> OutboxLine {
        OutboxLine(
            id: try row.uuid(0),
            state: try row.text(1),
            attempts: Int(row.integer(2)),
            nextAttempt: row.optionalMoment(3),
            detail: row.optionalText(4) ?? ""
        )
    }
}
