/// Queries that wait: those that wait together share a snapshot and a round trip.
final class QueryQueue: WorkSource {
    private static let batchLimit = 64

    private struct State {
        var waiting: [any StoreQuery] = []
        var isClosed = false
    }

    private let state = Lock(State())
    private let reader = LedgerReader()

    /// False where the queue is closed: nobody will take it.
    func put(_ query: any StoreQuery) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.waiting.append(query)
            return true
        }
    }

    /// Takes nothing more; what waits is still handed out.
    func close() { state.withLock { $0.isClosed = true } }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    var isWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

    func next() -> (any DatabaseWork)? {
        let queries = state.withLock { state in
            let queries = Array(state.waiting.prefix(QueryQueue.batchLimit))
            state.waiting.removeFirst(queries.count)
            return queries
        }
        return queries.isEmpty ? nil : QueryBatch(queries, reader)
    }
}
