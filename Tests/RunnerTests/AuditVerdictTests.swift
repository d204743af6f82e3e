import Testing

@testable import Runner

/// What the command `audit` makes of what was found.
struct AuditVerdictTests {
    private func verdict(_ count: Int) -> AuditVerdict {
        var report = StoreAudit.Report()
        for number in 0..<count { report.add("sum", "account \(number)") }
        return report.told(of: "orders.db")
    }

    @Test func `a sound ledger has no faults and no lines`() {
        #expect(verdict(0) == AuditVerdict(faults: 0, lines: []))
    }

    @Test func `a fault has its line`() {
        #expect(verdict(1) == AuditVerdict(faults: 1, lines: ["sum: account 0"]))
        #expect(verdict(100).faults == 100)
        #expect(verdict(100).lines.last == "sum: account 99")
    }

    @Test func `what is not told is counted, and its line is no fault`() {
        let verdict = verdict(150)
        #expect(verdict.faults == 150)
        #expect(verdict.lines.count == 101)
        #expect(verdict.lines.last == "and 50 more")
    }
}
