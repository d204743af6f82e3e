extension PostgreSQLMigration {
    /// The steps that this program knows.
    package static let all = [
        PostgreSQLMigration(
            number: 1,
            name: "0001-ledger",
            servesProgramsFrom: 1,
            sql: String(decoding: PackageResources._001_ledger_postgresql_sql, as: UTF8.self)
        )
    ]
}
