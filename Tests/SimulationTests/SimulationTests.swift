import Glibc
import Runner
import Testing

/// Lives of a ledger with crashes, stale deliveries, repeated keys and a clock that jumps.
struct SimulationTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `the store does what its model does`(seed: UInt64) async throws {
        try await live(seed, in: SimulatedFile(seed: seed))
    }

    @Test(arguments: SimulatedServer.allCases, 1...4 as ClosedRange<UInt64>)
    func `two stores on one database do what their model does`(
        server: SimulatedServer,
        seed: UInt64
    ) async throws {
        guard let cluster = SimulatedServer.cluster, let url = server.url else {
            try Test.cancel("\(server.variable) is not set: `make test` sets it")
        }
        let database = try SimulatedDatabase(
            seed: seed,
            cluster: cluster,
            server: url,
            isDistributed: server == .distributed
        )
        try await live(seed, in: database)
    }

    private func live(_ seed: UInt64, in place: any SimulatedPlace) async throws {
        var simulation = try await Simulation(seed: seed, place)
        defer { simulation.world.close() }
        do {
            try await simulation.run(steps: 250)
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
    }
}

/// How a database is reached and used.
enum SimulatedServer: CaseIterable {
    case postgresql, distributed, pgbouncer

    static let cluster = variable("TEST_DATABASE_URL")

    var variable: String { self == .pgbouncer ? "TEST_PGBOUNCER_URL" : "TEST_DATABASE_URL" }
    var url: String? { SimulatedServer.variable(variable) }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
