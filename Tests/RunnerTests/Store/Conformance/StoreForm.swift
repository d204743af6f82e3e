import Foundation
import Functions
import Runner
import Testing

/// The forms in which the service runs its store: what holds for one holds for all.
enum StoreForm: CaseIterable, CustomTestStringConvertible {
    case sqliteMemory, sqliteDisk, postgresql, distributed, pgbouncer

    /// Those whose rows outlive the store that wrote them.
    static let lasting = allCases.filter { $0 != .sqliteMemory }
    /// Those that several stores may hold at once.
    static let shared: [StoreForm] = [.postgresql, .distributed, .pgbouncer]

    var testDescription: String {
        switch self {
        case .sqliteMemory: "SQLite in memory"
        case .sqliteDisk: "SQLite on disk"
        case .postgresql: "PostgreSQL"
        case .distributed: "PostgreSQL in distributed mode"
        case .pgbouncer: "PostgreSQL through pgbouncer"
        }
    }

    /// The variable whose URL it needs and that is not set.
    var missingVariable: String? {
        switch self {
        case .sqliteMemory, .sqliteDisk: nil
        case .postgresql, .distributed: TestDatabase.cluster == nil ? "TEST_DATABASE_URL" : nil
        case .pgbouncer: TestDatabase.pooler == nil ? "TEST_PGBOUNCER_URL" : nil
        }
    }

    /// Runs the closure over an empty store of this form; at its end the books must be right.
    func scenario(
        _ configuration: FunctionConfiguration = FunctionConfiguration(currency: "RUB"),
        _ body: (TestStore) async throws -> Void
    ) async throws {
        let test = try await TestStore.open(self, configuration)
        defer { test.store.close() }
        try await body(test)
        #expect(try await Books.findings(test) == [])
        let findings = try await test.place.audit()?.findings ?? []
        #expect(Array(findings.prefix(5)) == [])
    }
}

@Suite(.enabled(if: ProcessInfo.processInfo.environment["CI"] != nil, "only where CI is set"))
struct StoreFormTests {
    @Test(arguments: StoreForm.allCases)
    func `no form is left out in CI`(form: StoreForm) {
        #expect(form.missingVariable == nil)
    }

    @Test func `no test is left out in CI for want of what it needs`() {
        #expect(TestDatabase.certificate != nil, "TEST_DATABASE_CERTIFICATE is not set")
        #expect(MailSink.python != nil, "Debian's python3-aiosmtpd is not there")
    }
}
