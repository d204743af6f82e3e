package import Functions

/// What a store on PostgreSQL is opened with.
package struct PostgreSQLOptions: Sendable {
    /// Address, connections, and whether the database is a distributed one.
    package var database: DatabaseOptions
    /// ISO 4217; a store that keeps another currency is refused.
    package var currency: String
    /// A store that was made with another one is refused.
    package var secretKey: Secret
    package var now: @Sendable () -> Timestamp
    /// Rising, however often it is called.
    package var makeIdentifier: @Sendable () -> UUID
    /// How a letter is addressed that is sent once more.
    package var chooseRecipient: @Sendable (Contact) -> Recipient
    /// For tests: every transaction's body runs twice, which must make no difference.
    package var runsTwice = false
    /// Whether opening brings the schema up to date: one process's affair, where there are many.
    package var migrates = true
    /// The steps of the schema that the program knows.
    package var migrations = PostgreSQLMigration.all
    /// Called after a commit of this process that left new events waiting.
    package var onEvents: @Sendable () -> Void = {}

    package var log: any Log { database.log }

    package init(
        database: DatabaseOptions,
        currency: String,
        secretKey: Secret,
        now: @escaping @Sendable () -> Timestamp,
        makeIdentifier: @escaping @Sendable () -> UUID,
        chooseRecipient: @escaping @Sendable (Contact) -> Recipient
    ) {
        self.database = database
        self.currency = currency
        self.secretKey = secretKey
        self.now = now
        self.makeIdentifier = makeIdentifier
        self.chooseRecipient = chooseRecipient
    }
}
