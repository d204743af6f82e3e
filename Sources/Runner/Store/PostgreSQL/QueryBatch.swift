internal import Functions

/// Queries that share one snapshot of the database, asked for in one round trip.
///
/// Each body is run over what is known, which at first is nothing; all that they ask for is then
/// read in one transaction. A body that asks for more by what it has read, as a list behind an
/// account, is run over a new snapshot, which answers all of its questions together: each run sees
/// one state, and no transaction waits for a second round trip.
///
/// Unchecked: the database thread alone uses it once it is made.
package final class QueryBatch: DatabaseWork, @unchecked Sendable {
    private struct Member {
        let query: any StoreQuery
        let snapshot = RecordingSnapshot()
    }

    /// Bodies ask once, or twice; one that never has enough is a defect of its own.
    private static let runs = 8
    private static let attempts = 3

    package let transaction: DatabaseTransaction = .init(.read)
    private let reader: any SnapshotReader
    private var members: [Member]
    private var questions: [SnapshotRead] = []
    private var run = 0
    private var attempts = 1

    package init(_ queries: [any StoreQuery], _ reader: any SnapshotReader) {
        self.reader = reader
        members = queries.map { Member(query: $0) }
    }

    package func begin() -> DatabaseStep {
        if run == 0 { runBodies() }
        var seen: Set<SnapshotRead> = []
        questions = members.flatMap(\.snapshot.asked).filter { seen.insert($0).inserted }
        // Queries that ask nothing are answered already.
        guard !questions.isEmpty else { return .rollBack }
        return .commit(questions.map { reader.statement(for: $0) })
    }

    package func next(_ results: [PostgreSQLResult]) throws(PostgreSQLError) -> DatabaseStep {
        .rollBack
    }

    package func finish(_ ending: Result<[PostgreSQLResult], PostgreSQLError>) -> DatabaseSequel {
        do throws(PostgreSQLError) {
            try take(try ending.get())
        } catch {
            return fail(error)
        }
        runBodies()
        if members.isEmpty { return .none }
        if run < QueryBatch.runs { return .now(self) }
        return fail(PostgreSQLError(.unexpected, "a query asks for more each time it is run"))
    }

    private func take(_ results: [PostgreSQLResult]) throws(PostgreSQLError) {
        var answers: [SnapshotRead: SnapshotAnswer] = [:]
        for (question, result) in zip(questions, results) {
            answers[question] = try reader.answer(to: question, result)
        }
        for member in members { member.snapshot.take(answers) }
    }

    /// Ends those that have seen all they asked for.
    private func runBodies() {
        run += 1
        members.removeAll { member in
            guard member.snapshot.run(member.query.run) else { return false }
            member.query.finish(nil)
            return true
        }
    }

    /// Reading again does no harm: a connection that broke, or a conflict, is nobody's affair.
    private func fail(_ error: PostgreSQLError) -> DatabaseSequel {
        let isPassing = error.isConflict || error.kind == .lost || error.kind == .unknown
        if isPassing, attempts < QueryBatch.attempts {
            attempts += 1
            return .later(self, milliseconds: Int64.random(in: 1...20))
        }
        for member in members { member.query.finish(StoreUnavailable(error.description)) }
        members = []
        return .none
    }
}
