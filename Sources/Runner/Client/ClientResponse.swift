/// The head of another server's answer, checked.
package struct ClientHead: Sendable {
    package let status: Int
    package let bytes: ContiguousArray<UInt8>
    package let fields: ContiguousArray<RequestHead.Field>
    /// The body's length where the answer says it.
    package let length: Int?
    let isChunked: Bool

    /// The value of the first field of this name, given in small letters.
    package func first(_ name: StaticString) -> ArraySlice<UInt8>? {
        for field in fields where name.isName(bytes[field.name]) {
            return ArraySlice(bytes[field.value])
        }
        return nil
    }
}

/// A whole answer.
package struct ClientResponse: Sendable {
    package let head: ClientHead
    package let body: ContiguousArray<UInt8>

    package var status: Int { head.status }
}

/// What a receiver wants after a piece of the body.
package enum ClientDemand: Sendable {
    case more
    /// The piece is taken; no other until `ClientCall.resume()`.
    case pause
    /// No more at all: the call ends with this.
    case stop(ClientError)
}

/// Takes an answer piece by piece.
///
/// Called on the client's thread, which serves every other call: it must not block, and may call
/// any member of `ClientCall`. `ended` comes exactly once and last; nil is an answer that came whole.
package protocol ClientReceiver: AnyObject, Sendable {
    func received(_ head: ClientHead)
    /// The bytes are valid during the call only.
    func received(_ bytes: UnsafeRawBufferPointer) -> ClientDemand
    func ended(_ failure: ClientError?)
}
