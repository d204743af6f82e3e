/// Where a request's body goes: nowhere yet, into one array, or piece by piece to a sink.
struct BodyReader {
    private var collected = ContiguousArray<UInt8>()
    private var limit = 0
    private var done: ((CollectedBody) -> Void)?
    private var sink: (any BodySink)?
    private(set) var isTooLarge = false
    private(set) var isWanted = false
    var isPaused = false

    var takesBytes: Bool { isWanted && !isPaused }

    mutating func startCollecting(
        limit: Int,
        length: Int?,
        _ done: @escaping (CollectedBody) -> Void
    ) {
        self.limit = limit
        self.done = done
        isWanted = true
        if let length, length > limit { isTooLarge = true }
    }

    mutating func startStreaming(_ sink: any BodySink) {
        self.sink = sink
        isWanted = true
    }

    /// Takes a piece; what it starts may not come back to this value.
    mutating func take(_ bytes: UnsafeRawBufferPointer, expecting length: Int?) {
        guard done != nil else { return }
        guard collected.count + bytes.count <= limit else {
            isTooLarge = true
            return
        }
        if collected.isEmpty, let length { collected.reserveCapacity(length) }
        unsafe collected.append(contentsOf: bytes)
    }

    var streamSink: (any BodySink)? { sink }

    /// Ends the reading, and says whom to tell what.
    mutating func finish() -> (
        done: ((CollectedBody) -> Void)?, sink: (any BodySink)?, CollectedBody
    ) {
        let result: CollectedBody = isTooLarge ? .tooLarge : .whole(collected)
        let ended = (done, sink, result)
        done = nil
        sink = nil
        collected = []
        isWanted = false
        return ended
    }
}
