import Functions
import Glibc
import Runner

/// Where a simulated ledger lies, and what becomes of it when its process dies.
protocol SimulatedPlace: AnyObject {
    /// How many stores may be open at once.
    var storeLimit: Int { get }
    func open(_ environment: SimulatedEnvironment) async throws -> any Store
    /// From now on `open` goes on from what a process that dies at this moment leaves behind.
    func crash() throws
    /// What the audit finds.
    func findings() async throws -> [String]
}

/// A clock and identifiers that follow from a seed.
struct SimulatedEnvironment: Sendable {
    let configuration: FunctionConfiguration
    let secretKey = Secret("a secret key for simulations")
    let now: @Sendable () -> Timestamp
    let makeIdentifier: @Sendable () -> UUID

    func chooseRecipient(_ contact: Contact) -> Recipient {
        Recipient.choose(contact, configuration)
    }
}

/// A SQLite file; a crash leaves it with its log as they are on the disk.
final class SimulatedFile: SimulatedPlace {
    let storeLimit = 1
    private let directory: String
    private var generation = 0

    init(seed: UInt64) { directory = "/tmp/simulation-\(getpid())-\(seed)" }

    deinit { _ = SimulatedFile.run("rm -rf \(directory)") }

    private var path: String { directory + "/\(generation)/orders.db" }

    func open(_ environment: SimulatedEnvironment) throws -> any Store {
        var options = SQLiteOptions(
            place: .file(path),
            currency: environment.configuration.currency,
            secretKey: environment.secretKey,
            now: environment.now,
            makeIdentifier: environment.makeIdentifier,
            chooseRecipient: environment.chooseRecipient,
            log: SilentLog(),
            onFatal: { fatalError("the disk failed: \($0)") }
        )
        options.runsTwice = true
        return try SQLiteStore(options)
    }

    func crash() throws {
        let left = path
        generation += 1
        guard
            SimulatedFile.run(
                "mkdir -p \(directory)/\(generation) && cp \(left)* \(directory)/\(generation)/"
            )
        else { throw StoreUnavailable("the files could not be copied") }
    }

    func findings() throws -> [String] { try StoreAudit.run(path).findings.map(\.description) }

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
