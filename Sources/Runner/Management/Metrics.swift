internal import CLinux
internal import Functions
internal import Glibc
internal import Synchronization

/// A number that only grows.
package final class MetricCounter: Sendable {
    private let count = Atomic(0)

    package init() {}

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

/// A number at the moment of the look.
package struct MetricSample: Sendable {
    package let family: MetricFamily
    package let labels: [(name: String, value: String)]
    package let value: Double

    package init(
        _ family: MetricFamily,
        labels: [(name: String, value: String)] = [],
        _ value: Double
    ) {
        self.family = family
        self.labels = labels
        self.value = value
    }
}

/// The numbers of this process, for `/metrics`.
///
/// Requests are counted by `RequestMetrics` without a lock. Others are counters that their owners
/// keep, or closures that are asked when somebody looks: off the loops, so they may read a file.
package final class Metrics: Sendable {
    package typealias Source = @Sendable () -> [MetricSample]

    package let requests: RequestMetrics
    private let sources = Lock<[Source]>([])

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
        add { [MetricSample(family, labels: labels, Double(counter.value))] }
        return counter
    }

    /// A counter that is kept elsewhere.
    package func counted(_ name: String, _ help: String, _ value: @escaping @Sendable () -> Int) {
        let family = MetricFamily(name, .counter, help)
        add { [MetricSample(family, Double(value()))] }
    }

    /// A number that goes up and down.
    package func gauge(_ name: String, _ help: String, _ value: @escaping @Sendable () -> Double) {
        let family = MetricFamily(name, .gauge, help)
        add { [MetricSample(family, value())] }
    }

    /// Several numbers that are found together.
    package func add(_ source: @escaping Source) { sources.withLock { $0.append(source) } }

    /// Everything in Prometheus' text format 0.0.4.
    package func text() -> ContiguousArray<UInt8> {
        var writer = MetricsWriter()
        requests.write(to: &writer)
        let samples = sources.withLock { $0 }.flatMap { $0() }
        var done: Set<String> = []
        for sample in samples where done.insert(sample.family.name).inserted {
            writer.family(sample.family)
            for other in samples where other.family.name == sample.family.name {
                writer.sample(sample.family.name, other.labels, other.value)
            }
        }
        return writer.bytes
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
