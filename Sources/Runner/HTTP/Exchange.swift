package import Functions

/// What became of a body that was collected whole.
package enum CollectedBody: Sendable {
    case whole(ContiguousArray<UInt8>)
    /// More than the limit: answer 413, the core drains the rest.
    case tooLarge
}

/// Takes a body piece by piece.
package protocol BodySink: AnyObject {
    /// Valid during the call only. After `pauseBody()` the rest of what was read may still arrive.
    func receive(_ bytes: UnsafeRawBufferPointer)
    func receivedAll()
}

/// One request and its answer.
///
/// Lives on the loop that owns its connection: every member but `resume` is used there only. A
/// handler either answers at once or keeps the exchange and answers later (the connection is parked
/// meanwhile, and no further request of it is handed out). Exactly one answer: `respond`, or `begin`
/// … `write` … `end`, or `abort`.
package final class Exchange: @unchecked Sendable {
    package let head: RequestHead
    package var requestID: UUID
    /// The loop's number, 0 and up: an index for what a handler keeps per loop.
    package let loop: Int
    /// Called once, if the client leaves (FIN, reset) before the answer's end; never after it.
    package var onGone: (() -> Void)?
    /// Called when a streamed answer's buffer has sunk below its low mark.
    package var onDrain: (() -> Void)?

    package init(head: RequestHead, requestID: UUID, loop: Int) {
        self.head = head
        self.requestID = requestID
        self.loop = loop
    }
}

/// What serves requests.
///
/// Called on a loop's thread, when a request's head is whole; must not block.
package protocol ExchangeHandler: AnyObject, Sendable {
    func handle(_ exchange: Exchange)
}
