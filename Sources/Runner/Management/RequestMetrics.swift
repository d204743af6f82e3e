internal import Synchronization

/// What became of each function's requests, how long they took and how many are in flight.
///
/// Every loop counts in a block of its own, on cache lines of its own, so that counting is an
/// uncontended addition; a look adds the blocks up.
@safe package final class RequestMetrics: @unchecked Sendable {
    // Sendable: the pointer never changes, and what it points to is atomic.
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    private let cellCount: Int
    private let loops: Int
    private let cellsPerLoop: Int
    package let functions: [String]

    /// Upper bounds in microseconds; one more bucket holds the rest.
    private static let bounds = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000,
    ]

    // The cells of one function in one loop.
    private static let inFlight = 0
    private static let microseconds = 1
    /// 1xx … 5xx behind it; status 499 (the client left) counts as its own class 0.
    private static let classes = 2
    private static let buckets = 8
    private static let perFunction = buckets + bounds.count + 1
    private static let cacheLine = 64

    package init(functions: [String], loops: Int) {
        self.functions = functions
        self.loops = max(1, loops)
        let perLine = RequestMetrics.cacheLine / MemoryLayout<Int>.stride
        let wanted = functions.count * RequestMetrics.perFunction
        cellsPerLoop = (wanted + perLine - 1) / perLine * perLine
        cellCount = cellsPerLoop * self.loops
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, cellCount) * MemoryLayout<Int>.stride,
            alignment: RequestMetrics.cacheLine
        )
        unsafe cells = memory.bindMemory(to: Atomic<Int>.self, capacity: cellCount)
        for index in 0..<cellCount { unsafe (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe cells.deinitialize(count: cellCount)
        unsafe cells.deallocate()
    }

    /// The number that stands for a function in `begin` and `end`.
    package func index(of function: String) -> Int? { functions.firstIndex(of: function) }

    package func begin(function: Int, loop: Int) {
        add(function, loop, RequestMetrics.inFlight, 1)
    }

    /// Status 499 stands for a client that left before the answer.
    package func end(function: Int, loop: Int, status: Int, nanoseconds: UInt64) {
        add(function, loop, RequestMetrics.inFlight, -1)
        let group = status == 499 ? 0 : min(max(status / 100, 1), 5)
        add(function, loop, RequestMetrics.classes + group, 1)
        let microseconds = Int(clamping: nanoseconds / 1_000)
        add(function, loop, RequestMetrics.microseconds, microseconds)
        let bucket = RequestMetrics.bounds.firstIndex { microseconds <= $0 }
        add(function, loop, RequestMetrics.buckets + (bucket ?? RequestMetrics.bounds.count), 1)
    }

    private func add(_ function: Int, _ loop: Int, _ cell: Int, _ amount: Int) {
        precondition(functions.indices.contains(function) && loop >= 0)
        let index = loop % loops * cellsPerLoop + function * RequestMetrics.perFunction + cell
        unsafe cells[index].wrappingAdd(amount, ordering: .relaxed)
    }

    private func total(_ function: Int, _ cell: Int) -> Int {
        (0..<loops).reduce(0) { sum, loop in
            let index = loop * cellsPerLoop + function * RequestMetrics.perFunction + cell
            return unsafe sum &+ cells[index].load(ordering: .relaxed)
        }
    }

    // MARK: The look

    func write(to writer: inout MetricsWriter) {
        writeCounts(to: &writer)
        writeTimes(to: &writer)
        let name = "orders_requests_in_flight"
        writer.family(MetricFamily(name, .gauge, "Requests that are being answered."))
        for (index, function) in functions.enumerated() {
            let count = total(index, RequestMetrics.inFlight)
            writer.sample(name, [("function", function)], Double(count))
        }
    }

    private func writeCounts(to writer: inout MetricsWriter) {
        let name = "orders_requests_total"
        writer.family(MetricFamily(name, .counter, "Answers by function and class of status."))
        let groups = ["gone", "1xx", "2xx", "3xx", "4xx", "5xx"]
        for (index, function) in functions.enumerated() {
            for (offset, group) in groups.enumerated() where group != "1xx" {
                let count = total(index, RequestMetrics.classes + offset)
                writer.sample(name, [("function", function), ("status", group)], Double(count))
            }
        }
    }

    private func writeTimes(to writer: inout MetricsWriter) {
        let name = "orders_request_seconds"
        writer.family(MetricFamily(name, .histogram, "From a request's head to its answer."))
        for (index, function) in functions.enumerated() {
            let label = (name: "function", value: function)
            var count = 0
            for (offset, bound) in RequestMetrics.bounds.enumerated() {
                count += total(index, RequestMetrics.buckets + offset)
                let limit = MetricsWriter.number(Double(bound) / 1_000_000)
                writer.sample("\(name)_bucket", [label, ("le", limit)], Double(count))
            }
            count += total(index, RequestMetrics.buckets + RequestMetrics.bounds.count)
            writer.sample("\(name)_bucket", [label, ("le", "+Inf")], Double(count))
            let seconds = Double(total(index, RequestMetrics.microseconds)) / 1_000_000
            writer.sample("\(name)_sum", [label], seconds)
            writer.sample("\(name)_count", [label], Double(count))
        }
    }
}
