import Functions
import Runner

/// A ledger under a clock and identifiers that follow from a seed: its stores can be closed and
/// opened again, and lose their process.
final class SimulatedStore {
    private struct Source {
        var milliseconds: Int64 = 1_764_000_000_000
        var identifiers: IdentifierSource<SeededGenerator>
    }

    let configuration = FunctionConfiguration(currency: "RUB")
    private let source: Lock<Source>
    private let place: any SimulatedPlace
    private let environment: SimulatedEnvironment
    private var stores: [any Store] = []
    /// Which of the stores does the next steps.
    private var turn = 0

    init(seed: UInt64, _ place: any SimulatedPlace) async throws {
        let source = Lock(
            Source(identifiers: IdentifierSource(random: SeededGenerator(seed: ~seed)))
        )
        self.source = source
        self.place = place
        environment = SimulatedEnvironment(
            configuration: configuration,
            now: { source.withLock { Timestamp(milliseconds: $0.milliseconds) } },
            makeIdentifier: { SimulatedStore.next(source) }
        )
        for _ in 0..<place.storeLimit { stores.append(try await place.open(environment)) }
    }

    var store: any Store { stores[turn] }
    var runner: StoreEffectRunner { StoreEffectRunner(store: store) }
    var now: Timestamp { environment.now() }

    func moveClock(_ milliseconds: Int64) { source.withLock { $0.milliseconds += milliseconds } }

    func newID() -> UUID { SimulatedStore.next(source) }

    func call(_ caller: Caller? = nil) -> Call {
        Call(caller: caller, requestID: newID(), configuration: configuration)
    }

    /// Hands the next step to the next store.
    func pass() { turn = (turn + 1) % stores.count }

    func reopen() async throws {
        store.close()
        stores[turn] = try await place.open(environment)
    }

    /// Goes on from what a process that dies at this moment leaves behind.
    func crash() async throws {
        try place.crash()
        try await reopen()
    }

    func close() {
        for store in stores { store.close() }
        stores = []
    }

    func findings() async throws -> [String] { try await place.findings() }

    private static func next(_ source: Lock<Source>) -> UUID {
        source.withLock { $0.identifiers.next(milliseconds: $0.milliseconds) }
    }
}
