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
/// … `write` … `end`, or `abort`. Once answered, or once its connection is gone, an exchange is
/// *over*: every call on it does nothing, and its closures are released without being called.
///
/// Unchecked: all mutable state is touched by the owning loop's thread alone; `resume` touches only
/// the loop's inbox, which has a lock.
package final class Exchange: @unchecked Sendable {
    package let head: RequestHead
    package var requestID: UUID
    /// The loop's number, 0 and up: an index for what a handler keeps per loop.
    package let loop: Int
    /// Called once, if the client leaves (FIN, reset) before the answer's end, or if its body breaks
    /// off or breaks the rules; never after it.
    ///
    /// After a FIN an answer may still be given. Whoever does not want to calls `abort()`.
    package var onGone: (() -> Void)?
    /// Called when a streamed answer's buffer has sunk below its low mark after `write` said false.
    package var onDrain: (() -> Void)?
    /// Fields that the core adds to an answer of its own to this request: a body that breaks off.
    package var ownFields: ResponseFields?

    let framing: BodyFraming
    let home: EventLoop
    var connection: Connection?
    var hasToldGone = false
    var expectsContinue: Bool
    var deadline = Int64.max
    var deadlineAction: (() -> Void)?
    var body = BodyReader()

    init(
        head: RequestHead,
        requestID: UUID,
        connection: Connection,
        framing: BodyFraming,
        expectsContinue: Bool
    ) {
        self.head = head
        self.requestID = requestID
        self.loop = connection.loop.index
        self.home = connection.loop
        self.connection = connection
        self.framing = framing
        self.expectsContinue = expectsContinue
    }

    /// True once it is answered or its connection is gone.
    package var isOver: Bool { connection == nil }

    /// Runs the closure on the exchange's loop, if the exchange is not over by then.
    ///
    /// From any thread. Closures given by one thread run in their order.
    package func resume(_ body: @escaping @Sendable (Exchange) -> Void) {
        home.post(.resume(self, body))
    }

    /// Runs the closure after a while, unless the exchange is over by then.
    ///
    /// One deadline an exchange: a second call replaces the first. Coarse: up to 16 ms late.
    package func after(milliseconds: Int, _ body: @escaping () -> Void) {
        guard let connection else { return }
        deadline = home.now + Int64(milliseconds)
        deadlineAction = body
        home.wheel.set(connection.slot, at: deadline)
    }

    /// Takes back what `after` was given.
    package func cancelAfter() {
        deadline = .max
        deadlineAction = nil
    }

    /// Lets go of the connection and of all that might hold the exchange.
    func detach() {
        connection = nil
        cancelAfter()
        onDrain = nil
        body = BodyReader()
    }
}

// The request's body.
extension Exchange {
    /// The length that the request's head gives; nil for a chunked body.
    package var contentLength: Int? {
        switch framing {
        case .none: 0
        case .length(let length): length
        case .chunked: nil
        }
    }

    /// True where a body may follow: a length above 0, or chunks.
    package var hasBody: Bool { framing != .none }

    package var isChunked: Bool { framing == .chunked }

    /// Reads the whole body, up to the limit.
    ///
    /// Calls `done` before it returns where the body is here already or is too large by its head. A
    /// body that breaks the rules, or off, is answered by the core: `onGone` is called then, `done`
    /// is not.
    package func collectBody(limit: Int, _ done: @escaping (CollectedBody) -> Void) {
        guard let connection else { return }
        body.startCollecting(limit: limit, length: contentLength, done)
        connection.readBody()
    }

    /// Hands the body on piece by piece, beginning before it returns with what is here already.
    package func streamBody(_ sink: any BodySink) {
        guard let connection else { return }
        body.startStreaming(sink)
        connection.readBody()
    }

    /// Stops reading, so that the client's sending comes to a halt.
    package func pauseBody() { body.isPaused = true }

    package func resumeBody() {
        guard body.isPaused else { return }
        body.isPaused = false
        connection?.touch()
    }
}

// The answer.
extension Exchange {
    package func respond(_ response: Response) {
        connection?.respond(self, response)
    }

    /// Answers an error as a problem document.
    package func refuse(_ problem: ProblemDocument, fields: ResponseFields = .init()) {
        respond(problem.response(requestID: requestID, fields: fields))
    }

    package func refuse(
        status: Int,
        type: String,
        title: String,
        detail: String,
        fields: ResponseFields = .init()
    ) {
        let problem = ProblemDocument(status: status, type: type, title: title, detail: detail)
        refuse(problem, fields: fields)
    }

    /// Begins an answer whose body follows by `write`.
    ///
    /// Without a length it goes in chunks, or until the connection closes where the client speaks
    /// HTTP/1.0. Where the answer has no body (HEAD, 204, 304) what is written is dropped.
    package func begin(status: Int, fields: ResponseFields, length: Int?) {
        connection?.begin(self, status: status, fields: fields, length: length)
    }

    /// Takes all of the bytes; false where so much waits for the client, or was written at once, that
    /// the producer should stop until `onDrain`, and where the exchange is over.
    package func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe connection?.write(bytes) ?? false
    }

    /// Ends the answer; one that is shorter than its length is cut off instead.
    package func end() { connection?.end(self) }

    /// Closes the connection without the answer's end, so that a cut answer never looks whole.
    package func abort() { connection?.abort() }
}

/// What serves requests.
package protocol ExchangeHandler: AnyObject, Sendable {
    /// Called on a loop's thread, when a request's head is whole; must not block.
    func handle(_ exchange: Exchange)
    /// What `Allow` lists where the core refuses the method itself (TRACE, and OPTIONS of `*`).
    func allowedMethods(path: ArraySlice<UInt8>) -> String
    /// Adds fields to an answer of the core's own to a request whose head it refuses, such as those
    /// of CORS. Both are nil as far as they were not read.
    func amendRefusal(
        _ fields: inout ResponseFields,
        path: ArraySlice<UInt8>?,
        origin: ArraySlice<UInt8>?
    )
}

extension ExchangeHandler {
    package func allowedMethods(path: ArraySlice<UInt8>) -> String {
        "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    }

    package func amendRefusal(
        _ fields: inout ResponseFields,
        path: ArraySlice<UInt8>?,
        origin: ArraySlice<UInt8>?
    ) {}
}
