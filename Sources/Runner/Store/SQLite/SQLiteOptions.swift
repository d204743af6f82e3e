package import Functions

/// What a store in SQLite is opened with.
package struct SQLiteOptions: Sendable {
    package enum Place: Sendable, Equatable {
        /// Gone with the store; one connection serves both readers and writer.
        case memory
        case file(String)
    }

    package var place: Place
    /// ISO 4217; a store that keeps another currency is refused.
    package var currency: String
    /// A store that was made with another one is refused.
    package var secretKey: Secret
    /// How many loops read: each has a connection of its own, others share one.
    package var readers = 1
    package var now: @Sendable () -> Timestamp
    /// Rising, however often it is called.
    package var makeIdentifier: @Sendable () -> UUID
    /// How a letter is addressed that is sent once more.
    package var chooseRecipient: @Sendable (Contact) -> Recipient
    /// For tests: every transaction's body runs twice, which must make no difference.
    package var runsTwice = false
    package var checkpoints = CheckpointSteps()
    package var log: any Log
    /// Called on the writer's thread after a commit that left new events waiting.
    package var onEvents: @Sendable () -> Void = {}
    /// Called when the disk has failed: the process must end, with a status that is not 0.
    package var onFatal: @Sendable (String) -> Void

    package init(
        place: Place,
        currency: String,
        secretKey: Secret,
        now: @escaping @Sendable () -> Timestamp,
        makeIdentifier: @escaping @Sendable () -> UUID,
        chooseRecipient: @escaping @Sendable (Contact) -> Recipient,
        log: any Log,
        onFatal: @escaping @Sendable (String) -> Void
    ) {
        self.place = place
        self.currency = currency
        self.secretKey = secretKey
        self.now = now
        self.makeIdentifier = makeIdentifier
        self.chooseRecipient = chooseRecipient
        self.log = log
        self.onFatal = onFatal
    }
}
