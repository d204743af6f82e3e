import Runner
import Testing

@testable import Functions

@Suite(TestDatabase.isThere)
struct QueryBatchTests {
    private let anna = UserID(UUID(high: 1, low: 1))
    private let bert = UserID(UUID(high: 1, low: 2))

    @Test func `bodies that ask twice see one state each, and many share a round trip`()
        async throws
    {
        let database = try TestDatabase()
        try fill(database)
        let thread = try TestThread(database.url)
        let one = Asking(anna)
        let other = Asking(bert)
        let nobody = Asking(UserID(UUID(high: 9, low: 9)))

        thread.queueBatch([one, other, nobody], Accounts())

        #expect(await one.ending() == Asking.Seen(balance: 100, claims: ["anna", "100"], runs: 3))
        #expect(await other.ending() == Asking.Seen(balance: 7, claims: ["bert", "7"], runs: 3))
        #expect(await nobody.ending() == Asking.Seen(balance: nil, claims: [], runs: 2))
    }

    @Test func `a query that asks nothing is answered without the database's help`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "")
        let query = Asking(nil)
        thread.queueBatch([query], Accounts())

        #expect(await query.ending() == Asking.Seen(balance: nil, claims: [], runs: 1))
    }

    @Test func `a database that cannot answer fails every one of them`() async throws {
        let database = try TestDatabase()
        let thread = try TestThread(database.url)
        let queries = [Asking(anna), Asking(bert)]
        thread.queueBatch(queries, Accounts())

        for query in queries {
            #expect(await query.ending().failure?.contains("42P01") == true)
        }
    }

    private func fill(_ database: TestDatabase) throws {
        try database.raw().run(
            """
            CREATE TABLE accounts (id uuid PRIMARY KEY, balance bigint, name text);
            INSERT INTO accounts VALUES ('\(anna)', 100, 'anna'), ('\(bert)', 7, 'bert');
            """
        )
    }
}

extension TestThread {
    func queueBatch(_ queries: [any StoreQuery], _ reader: any SnapshotReader) {
        thread.submit(QueryBatch(queries, reader))
    }
}

/// Reads an account, and then what its balance names.
private final class Asking: StoreQuery, @unchecked Sendable {
    struct Seen: Equatable {
        var balance: Int64?
        var claims: [String] = []
        var runs = 0
        var failure: String?
    }

    let reader = -1
    private let userID: UserID?
    private var seen = Seen()
    private let ends: AsyncStream<Seen>
    private let end: AsyncStream<Seen>.Continuation

    init(_ userID: UserID?) {
        self.userID = userID
        (ends, end) = AsyncStream.makeStream(of: Seen.self)
    }

    func run(_ snapshot: borrowing Snapshot) {
        seen = Seen(runs: seen.runs + 1)
        guard let userID, let account = snapshot.account(of: userID) else { return }
        seen.balance = account.balance
        let claim = snapshot.source.claim(of: "\(account.balance)")
        seen.claims = claim.map { [$0.email, $0.phone ?? ""] } ?? []
    }

    func finish(_ failure: StoreUnavailable?) {
        seen.failure = failure?.reason
        end.yield(seen)
    }

    func ending() async -> Seen {
        for await seen in ends { return seen }
        return Seen()
    }
}

/// A table of accounts, and claims that are the same rows by their balance.
private struct Accounts: SnapshotReader {
    func statement(for read: SnapshotRead) -> PostgreSQLStatement {
        switch read {
        case .account(let id):
            PostgreSQLStatement("SELECT id, balance FROM accounts WHERE id = $1", .id(id))
        case .claim(let email):
            PostgreSQLStatement(
                "SELECT name, balance::text FROM accounts WHERE balance = $1",
                .integer(Int64(email))
            )
        default: PostgreSQLStatement("SELECT 1")
        }
    }

    func answer(
        to read: SnapshotRead,
        _ result: PostgreSQLResult
    ) throws(PostgreSQLError) -> SnapshotAnswer {
        guard let row = result.first else {
            if case .account = read { return .account(nil) }
            return .claim(nil)
        }
        if case .account = read {
            return .account(
                Account(
                    userID: try row.id(0),
                    balance: try row.integer(1),
                    version: 0,
                    createdAt: Timestamp(milliseconds: 0),
                    contact: Contact(email: nil, phone: nil, locale: nil)
                )
            )
        }
        let nothing = UUID(high: 0, low: 0)
        return .claim(
            RegistrationClaim(
                id: RegistrationID(nothing),
                email: try row.text(0),
                phone: try row.text(1),
                locale: nil,
                key: KeyClaim(key: nothing, fingerprint: nothing),
                requestID: nothing,
                claimedAt: Timestamp(milliseconds: 0),
                attemptedAt: Timestamp(milliseconds: 0)
            )
        )
    }
}
