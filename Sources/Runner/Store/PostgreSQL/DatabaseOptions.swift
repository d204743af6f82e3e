/// What the database thread is told.
package struct DatabaseOptions: Sendable {
    package var address: PostgreSQLAddress
    /// At most so many at once; opened when there is work for them.
    package var connections = 4
    /// A database of many machines behind PostgreSQL's protocol: everything is serializable.
    package var isDistributed = false
    /// How long it may take until a connection can be used.
    package var connectMilliseconds: Int64 = 5_000
    /// How long work may wait while there is no connection, and no attempt has failed yet.
    package var graceMilliseconds: Int64 = 1_000
    /// The longest pause between two attempts: a database that is back is noticed within it.
    package var longestPauseMilliseconds: Int64 = 2_000
    /// A connection is not used for longer than up to twice this: names and balancers change.
    package var lifetimeMilliseconds: Int64 = 600_000
    /// How long what waits may take once the thread is to end.
    package var closeMilliseconds: Int64 = 8_000
    /// Whether a login that is refused is tried again, as while a password is being changed: who
    /// only visits would rather be told.
    package var triesRefusedLogin = true
    package var log: any Log

    package init(address: PostgreSQLAddress, log: any Log) {
        self.address = address
        self.log = log
    }
}
