import Functions
import Runner
import Testing

/// That the audit counts what is there, and finds what was changed behind the store's back.
struct AuditConformanceTests {
    @Test(arguments: StoreForm.lasting)
    func `a sound ledger has no findings, beside the service and after it`(form: StoreForm)
        async throws
    {
        let test = try await TestStore.open(form)
        try await fill(test)

        let beside = try await test.place.audit()
        test.store.close()
        let after = try await test.place.audit()

        let report = try #require(beside)
        #expect(report.findings == [])
        #expect(report == after)
        #expect(report.accounts == 2 && report.movements == 3 && report.orders == 3)
        #expect(report.keys == 4)
        #expect((report.outside, report.shop, report.users) == (-1_000, 305, 695))
    }

    @Test(arguments: StoreForm.lasting)
    func `a ledger that was tampered with is found out`(form: StoreForm) async throws {
        let test = try await TestStore.open(form)
        try await fill(test)
        test.store.close()

        try test.place.tamper("UPDATE accounts SET balance = balance + 1 WHERE version > 1")
        let found = try await test.place.audit()

        let report = try #require(found)
        #expect(report.findings.contains { $0.rule == "balance" })
        #expect(report.findings.contains { $0.rule == "sum" })
        #expect(report.users == 696)
    }

    @Test(arguments: StoreForm.lasting)
    func `the books find what the audit finds`(form: StoreForm) async throws {
        let test = try await TestStore.open(form)
        try await fill(test)
        test.store.close()
        try test.place.tamper("UPDATE accounts SET balance = balance + 1 WHERE version > 1")

        let again = try await test.another()
        defer { again.store.close() }

        #expect(
            try await Books.findings(again, of: test.users)
                == ["\(test.users[0]): it holds 696, not 695"]
        )
    }

    /// A bit of everything.
    private func fill(_ test: TestStore) async throws {
        let user = await test.user(holding: 1_000)
        _ = await test.order(user, 300, key: TestStore.newKey())
        _ = await test.order(user, 3_000, key: TestStore.newKey())
        await test.withdraw(user, 5, key: TestStore.newKey())
        _ = await test.order(await test.user(email: nil), 1, key: TestStore.newKey())
    }
}
