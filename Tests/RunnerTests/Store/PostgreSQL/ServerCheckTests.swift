import Testing

@testable import Runner

struct ServerCheckTests {
    private let fit = ServerCheck(
        fsync: "on",
        synchronousCommit: "on",
        encoding: "UTF8",
        isReadOnly: "off",
        versionNumber: "150020",
        version: "PostgreSQL 15.20 (Debian 15.20-0+deb12u1) on x86_64-pc-linux-gnu"
    )

    @Test func `a server that keeps what it says is fit`() {
        #expect(fit.refusal == nil)
    }

    @Test(arguments: ["local", "remote_write", "remote_apply"])
    func `a commit that its own disk has is enough`(level: String) {
        var check = fit
        check.synchronousCommit = level

        #expect(check.refusal == nil)
    }

    @Test func `what is not fit is told by its setting`() {
        func refusal(_ change: (inout ServerCheck) -> Void) -> String {
            var check = fit
            change(&check)
            return check.refusal ?? ""
        }

        #expect(refusal { $0.fsync = "off" }.contains("fsync=off"))
        #expect(refusal { $0.synchronousCommit = "off" }.contains("synchronous_commit=off"))
        #expect(refusal { $0.encoding = "SQL_ASCII" }.contains("encoding is SQL_ASCII"))
        #expect(refusal { $0.isReadOnly = "on" }.contains("transaction_read_only=on"))
        #expect(refusal { $0.versionNumber = "120022" }.contains("is PostgreSQL 12: 13 or newer"))
        #expect(refusal { $0.versionNumber = "130000" } == "")
    }

    @Test func `a relative's own version and missing settings are no reason`() {
        let cockroach = ServerCheck(
            fsync: nil,
            synchronousCommit: "on",
            encoding: "UTF8",
            isReadOnly: "off",
            versionNumber: "130000",
            version: "CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu)"
        )
        let yugabyte = ServerCheck(
            fsync: "on",
            synchronousCommit: "on",
            encoding: "UTF8",
            isReadOnly: "off",
            versionNumber: "110002",
            version: "PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu"
        )

        #expect([cockroach.refusal, yugabyte.refusal] == [nil, nil])
    }
}
