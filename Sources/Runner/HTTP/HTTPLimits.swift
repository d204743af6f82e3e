/// Every limit of the HTTP core, in bytes and milliseconds.
package struct HTTPLimits: Sendable {
    // What a request may be.
    package var requestLine = 8 * 1024
    package var method = 32
    package var head = 32 * 1024
    package var fields = 100
    /// Of one chunk's line, and of all chunks' lines of a body.
    package var chunkExtension = 1024
    package var chunkExtensions = 16 * 1024
    package var trailers = 16 * 1024

    // How long a client may take.
    /// From a head's first byte to its last.
    package var headMilliseconds: Int64 = 10_000
    /// The longest gap while a body arrives, and the span over which its rate is measured.
    package var bodyMilliseconds: Int64 = 15_000
    /// The same for an answer that is being read.
    package var writeMilliseconds: Int64 = 15_000
    package var idleMilliseconds: Int64 = 60_000
    /// How long an answer may still be given to a client that has sent its FIN.
    package var farewellMilliseconds: Int64 = 30_000
    /// Bytes a second that a body or an answer must move at least.
    package var minimumRate: Int64 = 128

    // How long and how much is read after a refusal, so that the client reads it.
    package var lingerGapMilliseconds: Int64 = 2_000
    package var lingerMilliseconds: Int64 = 5_000
    package var lingerBytes = 8 * 1024 * 1024
    /// Of one loop, at once.
    package var lingering = 256
    /// The most of a body nobody asked for that is read so that the connection can go on.
    package var discard = 64 * 1024

    // What a server holds.
    package var connections = 4096
    /// Bytes of an answer that wait for the client: above the first mark a producer stops, below
    /// the second it goes on.
    package var highMark = 128 * 1024
    package var lowMark = 64 * 1024
    /// Reads of one connection, and rounds of answers that fill its buffer, before the others have
    /// their turn.
    package var readsInTurn = 4
    package var roundsInTurn = 4
    /// Bytes of a streamed answer in one such round.
    package var writtenInRound = 256 * 1024
    /// How long a connection that has not asked anything yet may still do so while draining.
    package var drainGraceMilliseconds: Int64 = 500

    package init() {}
}
