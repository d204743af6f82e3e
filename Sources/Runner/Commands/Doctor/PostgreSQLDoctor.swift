internal import Functions

/// The store on PostgreSQL: reachable, fit to keep money in, its schema, its clock.
struct PostgreSQLDoctor {
    let settings: Settings
    let url: Secret

    private static let clockTolerance: Int64 = 5_000

    func findings() async -> [DoctorFinding] {
        do {
            let log = StandardLog(level: .error, format: settings.logFormat)
            let database = try DatabaseOptions(settings, url, log: log)
            return try await DatabaseVisit.connect(database) {
                (thread) async throws(StoreOpenError) in
                await examine(thread, database.address.label)
            }
        } catch {
            return [
                .failure(
                    "DATABASE_URL: \(error)",
                    "Start PostgreSQL, or set DATABASE_URL to postgres://user:password@host/name."
                )
            ]
        }
    }

    private func examine(_ thread: DatabaseThread, _ place: String) async -> [DoctorFinding] {
        do throws(PostgreSQLError) {
            let asked = SystemClock.now()
            let result = try await thread.run([PostgreSQLDoctor.question], in: .init(.read))
            let answered = SystemClock.now()
            guard let row = result.first?.first else { return [] }
            return [
                .fine("\(place) is \(try server(row))"),
                .fine(
                    "commits are durable: fsync \(try setting(row, 1)), "
                        + "synchronous_commit \(try setting(row, 2))"
                ),
                clock(try row.integer(3), asked.milliseconds, answered.milliseconds),
                try await schema(thread),
            ]
        } catch {
            return [.failure("\(place) does not answer: \(error)", "Look into its log.")]
        }
    }

    private static let question = PostgreSQLStatement(
        """
        SELECT version(), current_setting('fsync', true),
            current_setting('synchronous_commit', true),
            CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)
        """
    )

    private func server(_ row: PostgreSQLRow) throws(PostgreSQLError) -> String {
        try row.text(0).split(separator: " (").first.map(String.init) ?? ""
    }

    /// Relatives of PostgreSQL have no such settings.
    private func setting(
        _ row: PostgreSQLRow,
        _ column: Int32
    ) throws(PostgreSQLError) -> String {
        try row.optionalText(column) ?? "is not a setting of it"
    }

    /// Times are made here, not there: what differs shows in the order of everybody's lists only.
    private func clock(_ there: Int64, _ asked: Int64, _ answered: Int64) -> DoctorFinding {
        let off = max(asked - there, there - answered, 0)
        return off <= PostgreSQLDoctor.clockTolerance
            ? .fine("its clock agrees with this one")
            : .warning(
                "its clock is \(off / 1_000) s off this one",
                "Keep both right, by NTP: times of orders come from the processes that take them."
            )
    }

    private func schema(_ thread: DatabaseThread) async throws(PostgreSQLError) -> DoctorFinding {
        switch try await thread.schemaFit(PostgreSQLMigration.all) {
        case .fits:
            let last = PostgreSQLMigration.all.last?.name ?? ""
            return .fine("its schema is \(last); runner audit checks rows")
        case .waits(let reason): return .warning(reason, "Run: runner migrate")
        case .refused(let reason): return .failure(reason, "Set DATABASE_URL anew.")
        }
    }
}
