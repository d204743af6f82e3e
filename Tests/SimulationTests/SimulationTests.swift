import Runner
import Testing

/// Lives of a ledger with crashes, stale deliveries, repeated keys and a clock that jumps.
struct SimulationTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `the store does what its model does`(seed: UInt64) async throws {
        var simulation = try Simulation(seed: seed)
        do {
            try await simulation.run(steps: 250)
        } catch {
            simulation.world.store.close()
            Issue.record("seed \(seed): \(error)")
        }
    }
}
