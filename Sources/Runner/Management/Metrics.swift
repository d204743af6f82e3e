internal import Functions
internal import CLinux
internal import Glibc
internal import Synchronization

/// A number that only grows.
package final class MetricCounter: Sendable {
    private let count = Atomic(0)

    package func add(_ amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }

    package var value: Int { count.load(ordering: .relaxed) }
}

/// What a number is called and means; Prometheus' `# HELP` and `# TYPE`.
package struct MetricFamily: Sendable, Equatable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    package let name: String
    package let kind: Kind
    package let help: String

    package init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }
}

/// The numbers of this process, for `/metrics`.
///
/// Requests are counted by `RequestMetrics` without a lock. Others are counters that their owners
/// keep, or closures that are asked when somebody looks.
package final class Metrics: Sendable {
    private struct Series {
        let family: MetricFamily
        let labels: [(name: String, value: String)]
        let value: @Sendable () -> Double
    }

    package let requests: RequestMetrics
    private let series = Lock<[Series]>([])

    package init(functions: [String], loops: Int) {
        requests = RequestMetrics(functions: functions, loops: loops)
        addProcess()
    }

    /// A new counter under these labels; whoever asks keeps it.
    package func counter(
        _ name: String,
        _ help: String,
        labels: [(name: String, value: String)] = []
    ) -> MetricCounter {
        let counter = MetricCounter()
        let family = MetricFamily(name, .counter, help)
        add(family, labels) { Double(counter.value) }
        return counter
    }

    /// A number that is asked for at each look; the closure must not block for long.
    package func gauge(
        _ name: String,
        _ help: String,
        labels: [(name: String, value: String)] = [],
        _ value: @escaping @Sendable () -> Double
    ) {
        add(MetricFamily(name, .gauge, help), labels, value)
    }

    /// A counter that is kept elsewhere.
    package func counted(
        _ name: String,
        _ help: String,
        labels: [(name: String, value: String)] = [],
        _ value: @escaping @Sendable () -> Double
    ) {
        add(MetricFamily(name, .counter, help), labels, value)
    }

    /// Everything in Prometheus' text format 0.0.4.
    package func text() -> ContiguousArray<UInt8> {
        var writer = MetricsWriter()
        requests.write(to: &writer)
        let all = series.withLock { $0 }
        var done: Set<String> = []
        for one in all where done.insert(one.family.name).inserted {
            writer.family(one.family)
            for other in all where other.family.name == one.family.name {
                writer.sample(one.family.name, other.labels, other.value())
            }
        }
        return writer.bytes
    }

    private func add(
        _ family: MetricFamily,
        _ labels: [(name: String, value: String)],
        _ value: @escaping @Sendable () -> Double
    ) {
        let new = Series(family: family, labels: labels, value: value)
        series.withLock { $0.append(new) }
    }

    private func addProcess() {
        let start = Double(SystemClock.now().milliseconds) / 1_000
        gauge("process_start_time_seconds", "When this process started, since 1970.") { start }
        gauge("process_resident_memory_bytes", "The memory that this process has.") {
            Metrics.residentBytes()
        }
    }

    /// The second number of `/proc/self/statm` is the resident pages.
    private static func residentBytes() -> Double {
        guard case .success(let bytes) = FileReader.result("/proc/self/statm", limit: 1_024) else {
            return 0
        }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return Double(pages * sysconf(Int32(_SC_PAGESIZE)))
    }
}
