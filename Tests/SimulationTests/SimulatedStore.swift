import Functions
import Glibc
import Runner

/// A store on disk under a clock and identifiers that follow from a seed; it can be closed and
/// opened again, and lose its process.
final class SimulatedStore {
    private struct Source {
        var milliseconds: Int64 = 1_764_000_000_000
        var identifiers: IdentifierSource<SeededGenerator>
    }

    let configuration = FunctionConfiguration(currency: "RUB")
    private let source: Lock<Source>
    private let directory: String
    private var generation = 0
    private(set) var store: SQLiteStore

    init(seed: UInt64) throws {
        source = Lock(
            Source(identifiers: IdentifierSource(random: SeededGenerator(seed: ~seed)))
        )
        directory = "/tmp/simulation-\(getpid())-\(seed)"
        store = try SimulatedStore.open(directory + "/0/orders.db", source, configuration)
    }

    deinit { _ = SimulatedStore.run("rm -rf \(directory)") }

    var path: String { directory + "/\(generation)/orders.db" }
    var runner: StoreEffectRunner { StoreEffectRunner(store: store) }
    var now: Timestamp { source.withLock { Timestamp(milliseconds: $0.milliseconds) } }

    func moveClock(_ milliseconds: Int64) { source.withLock { $0.milliseconds += milliseconds } }

    func newID() -> UUID { SimulatedStore.next(source) }

    func call(_ caller: Caller? = nil) -> Call {
        Call(caller: caller, requestID: newID(), configuration: configuration)
    }

    func reopen() throws {
        store.close()
        store = try SimulatedStore.open(path, source, configuration)
    }

    /// Goes on from what a process that dies at this moment leaves on the disk.
    func crash() throws {
        let left = path
        generation += 1
        guard
            SimulatedStore.run(
                "mkdir -p \(directory)/\(generation) && cp \(left)* \(directory)/\(generation)/"
            )
        else { throw StoreUnavailable("the files could not be copied") }
        store.close()
        store = try SimulatedStore.open(path, source, configuration)
    }

    private static func next(_ source: Lock<Source>) -> UUID {
        source.withLock { $0.identifiers.next(milliseconds: $0.milliseconds) }
    }

    private static func open(
        _ path: String,
        _ source: Lock<Source>,
        _ configuration: FunctionConfiguration
    ) throws -> SQLiteStore {
        var options = SQLiteOptions(
            place: .file(path),
            currency: configuration.currency,
            secretKey: Secret("a secret key for simulations"),
            now: { source.withLock { Timestamp(milliseconds: $0.milliseconds) } },
            makeIdentifier: { next(source) },
            chooseRecipient: { Recipient.choose($0, configuration) },
            log: SilentLog(),
            onFatal: { fatalError("the disk failed: \($0)") }
        )
        options.runsTwice = true
        return try SQLiteStore(options)
    }

    private static func run(_ command: String) -> Bool {
        let words = ["sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/bin/sh", nil, nil, &arguments, environ) == 0 else {
            return false
        }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status == 0
    }
}

struct SilentLog: Log {
    func isEnabled(_ level: LogLevel) -> Bool { false }

    func write(_ level: LogLevel, _ message: String, _ values: [(name: String, value: String)]) {}
}
