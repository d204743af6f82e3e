import Functions
import Testing

@testable import Runner

struct OutboxGaugeTests {
    private static let numbers = OutboxNumbers(waiting: 3, oldestDue: nil, failed: 2)

    /// On a thread of its own, as whoever looks is.
    private func values(_ gauge: OutboxGauge) async -> [String: Double] {
        let samples: [MetricSample] = await delivered { done in
            _ = SystemThread.detach("look") { done(gauge.samples()) }
        }
        return Dictionary(uniqueKeysWithValues: samples.map { ($0.family.name, $0.value) })
    }

    private let expected = [
        "orders_outbox_waiting": 3.0, "orders_outbox_lag_seconds": 0, "orders_letters_failed": 2,
    ]

    @Test func `the database is asked once in some seconds, whoever looks`() async {
        let time = TestClock()
        let reads = Mailbox<Void>()
        let gauge = OutboxGauge(clock: time.clock) {
            reads.put(())
            return Self.numbers
        }
        for _ in 0..<3 { #expect(await values(gauge) == expected) }
        time.advance(OutboxGauge.seconds - 0.5)
        #expect(await values(gauge) == expected)
        #expect(reads.count == 1)
        time.advance(0.5)
        #expect(await values(gauge) == expected)
        #expect(reads.count == 2)
    }

    @Test func `nobody waits long for a database that says nothing, and old numbers are not told`()
        async
    {
        let time = TestClock()
        let answers = Mailbox<OutboxNumbers?>()
        let reads = Mailbox<Void>()
        let gauge = OutboxGauge(clock: time.clock) {
            reads.put(())
            return await answers.next()
        }
        answers.put(Self.numbers)
        #expect(await values(gauge) == expected)
        time.advance(OutboxGauge.seconds)
        #expect(await values(gauge).isEmpty)
        // The question is still open: there is no second one.
        #expect(await values(gauge).isEmpty)
        #expect(reads.count == 2)
        answers.put(nil)
        #expect(await values(gauge).isEmpty)
    }
}

@Suite(TestDatabase.isThere)
struct OutboxNumbersTests {
    @Test func `the outbox of a shared database is told`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let metrics = Metrics(functions: [], loops: 1)
        metrics.watch(outboxOf: ledger.store)
        #expect(await ledger.store.outboxNumbers()?.waiting == 0)
        let (anna, nobody) = (
            await ledger.user(holding: 1_000), await ledger.user(holding: 1_000, email: nil)
        )
        for _ in 0..<3 { _ = await ledger.order(anna, 1) }
        _ = await ledger.order(nobody, 1)

        let numbers = try #require(await ledger.store.outboxNumbers())
        #expect(numbers.waiting == 3 && numbers.failed == 1)
        #expect(numbers.oldestDue == ledger.clock.now)
        let text: ContiguousArray<UInt8> = await delivered { done in
            _ = SystemThread.detach("look") { done(metrics.text()) }
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(lines.contains("orders_outbox_waiting 3"))
        #expect(lines.contains("orders_letters_failed 1"))
        #expect(lines.contains { $0.hasPrefix("orders_outbox_lag_seconds ") })
    }
}
