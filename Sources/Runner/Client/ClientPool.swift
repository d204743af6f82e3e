/// How long a client keeps connections for the next request, and how many.
package struct ClientPool: Sendable {
    /// An idle connection is kept shorter than any server's own limit that we know of, so that a
    /// request seldom meets one that is just being closed.
    package var idleSeconds = 20
    /// No connection is used again when it is older: names are looked up anew at least this often.
    package var lifetimeSeconds = 300
    package var idleConnections = 128

    package init() {}

    /// For calls between processes of ours, which come and go behind their names.
    package static var functions: ClientPool {
        var pool = ClientPool()
        pool.lifetimeSeconds = 60
        pool.idleConnections = 512
        return pool
    }
}
