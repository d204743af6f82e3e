/// A request's body on its way from one thread to libcurl's, with a bounded store between.
package final class ClientUpload: Sendable {
    enum Piece {
        case bytes(Int)
        case wait
        case end
        case failed
    }

    private struct State {
        var bytes = ContiguousArray<UInt8>()
        var start = 0
        var isEnded = false
        var isFailed = false
        var isClosed = false
        var readerWaits = false
        var writerWaits = false
        var call: ClientCall?

        var count: Int { bytes.count - start }
    }

    /// What may wait here before the writer is asked to stop.
    private static let high = 128 << 10
    private static let low = 32 << 10

    /// The body's length where it is known beforehand; else it is sent in chunks.
    let length: Int?
    private let onSpace: @Sendable () -> Void
    private let state = Lock(State())

    /// `onSpace` is called, on the client's thread, when there is room again after `append` said no.
    package init(length: Int?, onSpace: @escaping @Sendable () -> Void) {
        self.length = length
        self.onSpace = onSpace
    }

    /// Takes the bytes in any case; false asks for no more until `onSpace`.
    package func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (isRoom, reader) = state.withLock { state -> (Bool, ClientCall?) in
            guard !state.isClosed else { return (true, nil) }
            unsafe state.bytes.append(contentsOf: bytes)
            state.writerWaits = state.count >= Self.high
            return (!state.writerWaits, Self.wake(&state))
        }
        reader?.resumeUpload()
        return isRoom
    }

    /// The body is whole.
    package func end() {
        let reader = state.withLock { state in
            state.isEnded = true
            return Self.wake(&state)
        }
        reader?.resumeUpload()
    }

    /// The body will never be whole: the request is broken off.
    package func fail() {
        let reader = state.withLock { state in
            state.isFailed = true
            return Self.wake(&state)
        }
        reader?.resumeUpload()
    }

    func attach(_ call: ClientCall) { state.withLock { $0.call = call } }

    /// Nobody will read any more: what is still appended is dropped.
    func close() {
        let writerWaits = state.withLock { state in
            defer { state.writerWaits = false }
            state.isClosed = true
            state.bytes = []
            state.start = 0
            state.call = nil
            return state.writerWaits
        }
        if writerWaits { onSpace() }
    }

    /// On the client's thread: what is sent next.
    func read(into target: UnsafeMutableRawBufferPointer) -> Piece {
        let (piece, hasRoom) = state.withLock { state -> (Piece, Bool) in
            let piece = unsafe Self.take(&state, target)
            guard state.writerWaits, state.count <= Self.low else { return (piece, false) }
            state.writerWaits = false
            return (piece, true)
        }
        if hasRoom { onSpace() }
        return piece
    }

    private static func wake(_ state: inout State) -> ClientCall? {
        guard state.readerWaits else { return nil }
        state.readerWaits = false
        return state.call
    }

    private static func take(
        _ state: inout State,
        _ target: UnsafeMutableRawBufferPointer
    ) -> Piece {
        guard !state.isFailed else { return .failed }
        guard state.count > 0 else {
            state.readerWaits = !state.isEnded
            return state.isEnded ? .end : .wait
        }
        let count = min(state.count, target.count)
        unsafe target.copyBytes(from: state.bytes[state.start..<state.start + count])
        state.start += count
        if state.start == state.bytes.count {
            state.bytes.removeAll(keepingCapacity: true)
            state.start = 0
        } else if state.start >= high {
            state.bytes.removeFirst(state.start)
            state.start = 0
        }
        return .bytes(count)
    }
}
