import Functions
import Glibc
import Runner
import Testing

/// What a process that is killed leaves behind.
struct StoreCrashTests {
    @Test(arguments: [1, 7, 60, 300])
    func `what was answered before a kill is there after it`(answers: Int) async throws {
        let directory = try TestDirectory()
        let (database, journal) = (directory.database, directory.path + "/journal")

        await #expect(processExitsWith: .signal(SIGKILL)) {
            [database = database as String, journal = journal as String, answers = answers as Int]
            in
            try await CrashingClient(database: database, journal: journal).run(answers: answers)
        }

        let report = try StoreAudit.run(database)
        #expect(report.findings == [])
        let answered = try Answered.read(journal)
        #expect(answered.count >= answers)
        let test = try TestStore(.file(database))
        defer { test.store.close() }
        for (key, order) in answered {
            let claim = KeyClaim(key: key, fingerprint: key)
            let again = await test.order(UserID(key), 1, key: claim).ending
            guard case .replayed(let record) = again,
                record.ending == .reply(outcome: "paid", reference: order)
            else {
                Issue.record("the order \(order) was answered and is gone: \(again)")
                continue
            }
        }
    }

    @Test(.enabled(if: SmallDisk.canBeMounted, "no file system can be mounted here"))
    func `a full disk answers unavailable, reads go on, and writes return`() async throws {
        let disk = try #require(try SmallDisk())
        let place = disk.path
        let test = try TestStore(.file(place + "/orders.db"))
        defer { test.store.close() }
        let user = await test.user(holding: 100_000)

        _ = TestProcess.run(["sh", "-c", "cat /dev/zero > \(place)/ballast 2>/dev/null"])
        var paid: Int64 = 0
        var refusal: StoreEnding?
        for _ in 0..<5_000 where refusal == nil {
            let end = await test.order(user, 1, key: TestStore.newKey())
            if case .committed = end.ending { paid += 1 } else { refusal = end.ending }
        }
        guard case .unavailable = refusal else {
            Issue.record("the disk never was full: \(String(describing: refusal))")
            return
        }
        #expect(await test.balance(user) == 100_000 - paid)

        _ = TestProcess.run(["rm", place + "/ballast"])
        #expect(await test.order(user, 1).output?.order.status == .paid)
        #expect(await test.balance(user) == 100_000 - paid - 1)
        #expect(try StoreAudit.run(place + "/orders.db").findings == [])
    }
}

/// A file system of its own that is small.
private final class SmallDisk {
    /// It takes rights that not every container gives.
    static let canBeMounted = (try? SmallDisk()) != nil

    private let directory: TestDirectory

    var path: String { directory.path + "/small" }

    init?() throws {
        directory = try TestDirectory()
        let mount = "mkdir \(path) && mount -t tmpfs -o size=2m none \(path) 2>/dev/null"
        guard TestProcess.run(["sh", "-c", mount]) == 0 else { return nil }
    }

    deinit { _ = TestProcess.run(["umount", "-l", path]) }
}

/// Orders without end, writes down each answer, and dies in the middle.
struct CrashingClient {
    let database: String
    let journal: String

    func run(answers: Int) async throws {
        let test = try TestStore(.file(database)) { $0.runsTwice = false }
        let user = await test.user(holding: 1_000_000)
        let file = open(journal, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let count = Lock(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    while true {
                        let key = TestStore.randomUUID()
                        let claim = KeyClaim(key: key, fingerprint: key)
                        guard let order = await test.order(user, 1, key: claim).output?.order
                        else { continue }
                        let line = "\(key) \(order.id)\n"
                        _ = line.withCString { write(file, $0, strlen($0)) }
                        let done = count.withLock { count in
                            count += 1
                            return count
                        }
                        if done == answers { kill(getpid(), SIGKILL) }
                    }
                }
            }
        }
    }
}

enum Answered {
    /// Keys and orders, as far as their lines are whole.
    static func read(_ journal: String) throws -> [(key: UUID, order: UUID)] {
        let bytes = try FileReader.read(journal)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let key = UUID(String(words[0])),
                let order = UUID(String(words[1]))
            else { return nil }
            return (key, order)
        }
    }
}
