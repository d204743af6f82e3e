import Foundation
import Functions
import Testing

@testable import Runner

@Suite(TestDatabase.isThere)
struct RoundTripTests {
    /// How often the client waits for the server while orders of so many users, a key each, are one
    /// batch.
    private func roundTrips(_ ledger: TestLedger, _ proxy: CuttingProxy, orders: Int) async -> Int {
        var inputs: [(input: CreateOrder.Input, key: KeyClaim?)] = []
        for _ in 0..<orders {
            let user = await ledger.user(holding: 1_000)
            let key = KeyClaim(
                key: Identifiers.shared.next(),
                fingerprint: Identifiers.shared.next()
            )
            inputs.append((.init(title: "Samovar", price: 700, userID: user), key))
        }
        let before = proxy.synchronisations
        let endings = await ledger.together(CreateOrder.self, inputs)
        #expect(endings.map(\.ending.word) == Array(repeating: "committed", count: orders))
        return proxy.synchronisations - before
    }

    @Test func `a batch of orders with a key each takes two round trips, however many they are`()
        async throws
    {
        let database = try TestDatabase()
        var url = try #require(URLComponents(string: try database.url))
        let proxy = CuttingProxy(to: UInt16(try #require(url.port)), .never)
        defer { proxy.close() }
        url.port = Int(proxy.port)
        // What is encrypted could not be counted.
        url.query = "sslmode=disable"
        let ledger = try await TestLedger(try #require(url.string)) {
            $0.database.connections = 1
        }

        // What holds the others back until they are a batch takes its own.
        let holding = await roundTrips(ledger, proxy, orders: 0)
        #expect(holding > 0)
        for orders in [1, 2, 50] {
            let taken = await roundTrips(ledger, proxy, orders: orders) - holding
            #expect(taken == 2, "\(orders) orders")
        }
    }
}
