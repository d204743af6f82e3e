import Functions
import Glibc
import Testing

@testable import Runner

/// What `runner doctor` says where something is wrong: what it is, and which setting to change.
struct DoctorFailureTests {
    private func settings(_ directory: TestDirectory) -> Settings {
        var settings = Settings()
        settings.dataDirectory = directory.path
        return settings
    }

    @Test func `a port is free, a runner's, or another program's`() async throws {
        let (runner, other) = (try TestServer(), MailServerScript())
        defer { other.stop() }
        let free = FakeUpstream.unusedPort()
        var settings = Settings()
        (settings.host, settings.managementHost) = ("127.0.0.1", "127.0.0.1")
        (settings.port, settings.managementPort) = (other.port, runner.port)
        settings.identityPort = free

        let found = await PortDoctor(settings: settings, client: CurlClient()).findings()

        #expect(
            found == [
                .failure(
                    "PORT \(other.port) is taken by another program",
                    "End it (ss -ltnp shows which), or set PORT."
                ),
                .fine("MANAGEMENT_PORT \(runner.port) is served by a runner"),
                .fine("IDENTITY_PORT \(free) is free"),
            ]
        )
    }

    @Test func `an HTTP server that is no runner is another program`() async throws {
        let other = FakeUpstream(
            answering: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        var settings = Settings()
        (settings.port, settings.managementPort) = (0, 0)
        (settings.identityHost, settings.identityPort) = ("127.0.0.1", Int(other.port))

        let found = await PortDoctor(settings: settings, client: CurlClient()).findings()

        #expect(found.map(\.verdict) == [.failure])
        #expect(found.first?.advice?.contains("set IDENTITY_PORT") == true)
    }

    @Test func `a host that is none names its setting`() async {
        var settings = Settings()
        (settings.port, settings.managementHost, settings.identityPort) = (0, "a b", 0)

        let found = await PortDoctor(settings: settings, client: CurlClient()).findings()

        #expect(
            found == [.failure("MANAGEMENT_PORT 9090: \"a b\" is no host", "Set MANAGEMENT_HOST.")]
        )
    }

    @Test func `a mail server that is away, or refuses the login, is told by its setting`()
        async throws
    {
        let refusing = MailServerScript(["EHLO": .line("421 no"), "HELO": .line("421 no")])
        defer { refusing.stop() }
        for port in [Int(FakeUpstream.unusedPort()), refusing.port] {
            var settings = Settings()
            settings.smtpURL = Secret("smtp://127.0.0.1:\(port)")
            let found = await MailDoctor(settings: settings, client: CurlClient()).findings()

            #expect(found.map(\.verdict) == [.failure])
            #expect(found.first?.text.hasPrefix("SMTP_URL: smtp://127.0.0.1:\(port)") == true)
            #expect(
                found.first?.advice
                    == "Check host, port, user and password of SMTP_URL, and the way there."
            )
        }
    }

    @Test(arguments: [
        ("SMTP_URL", "http://mail"), ("SMS_URL", "ftp://sms"), ("WEBHOOK_URL", "nowhere"),
    ])
    func `the address of a channel that is none names its setting`(setting: String, url: String)
        async
    {
        var settings = Settings()
        switch setting {
        case "SMTP_URL": settings.smtpURL = Secret(url)
        case "SMS_URL": settings.smsURL = Secret(url)
        default: settings.webhookURL = Secret(url)
        }
        let found = await MailDoctor(settings: settings, client: CurlClient()).findings()

        #expect(found.map(\.verdict) == [.failure])
        #expect(found.first?.text.contains(setting) == true)
    }

    @Test func `a mailbox that cannot be written is told by DATA_DIR`() async throws {
        let directory = try TestDirectory()
        _ = TestProcess.run(["touch", directory.path + "/mailbox"])

        let found = await MailDoctor(settings: settings(directory), client: CurlClient()).findings()

        #expect(found.map(\.verdict) == [.failure])
        #expect(found.first?.text.hasPrefix("DATA_DIR: \(directory.path)/mailbox: ") == true)
        #expect(
            found.first?.advice
                == "Give the service's user access to it, or set DATA_DIR to another place."
        )
    }

    @Test func `a disk with little room is told, and one with too little fails`() {
        #expect(DataDoctor.space(5 << 30) == .fine("5120 MiB are free in DATA_DIR"))
        #expect(
            DataDoctor.space((1 << 30) - 1)
                == .warning("1023 MiB are free in DATA_DIR", "Make room soon.")
        )
        let full = DataDoctor.space((100 << 20) - 1)
        #expect(full.verdict == .failure && full.text == "99 MiB are free in DATA_DIR")
        #expect(full.advice?.contains("set DATA_DIR to another disk") == true)
        #expect(DataDoctor.space(0).verdict == .failure)
        #expect(DataDoctor.space(-1).verdict == .warning)
    }

    @Test func `a key that is no key names its file and SECRET_KEY`() throws {
        let directory = try TestDirectory()
        _ = TestProcess.run(["sh", "-c", "echo short > \(directory.path)/secret-key"])
        var settings = settings(directory)

        let found = DataDoctor(settings: settings).findings().filter { $0.verdict == .failure }

        #expect(found.map(\.text).first?.hasPrefix("\(directory.path)/secret-key: ") == true)
        #expect(found.map(\.advice) == ["Make it readable, or set SECRET_KEY."])
        settings.secretKey = Secret("another")
        #expect(DataDoctor(settings: settings).findings().allSatisfy { $0.verdict != .failure })
    }

    @Test func `a data directory that is open to others, or no directory, is told`() throws {
        let directory = try TestDirectory()
        _ = TestProcess.run(["chmod", "755", directory.path])
        let open = DataDoctor(settings: settings(directory)).findings().first
        #expect(open?.verdict == .warning)
        #expect(open?.text == "DATA_DIR \"\(directory.path)\" is open to other users")
        #expect(open?.advice?.contains("chmod 700 \(directory.path)") == true)

        var settings = Settings()
        settings.dataDirectory = "/dev/null"
        #expect(
            DataDoctor(settings: settings).findings()
                == [.failure("DATA_DIR \"/dev/null\" is no directory", "Set DATA_DIR to one.")]
        )
    }
}

/// What it says of the file of the store.
struct DoctorDatabaseTests {
    private func failures(_ path: String) async -> [DoctorFinding] {
        var settings = Settings()
        settings.databaseURL = .sqlite(path: path)
        return await DatabaseDoctor(settings: settings).findings().filter { $0.verdict == .failure }
    }

    @Test func `a store as it should be has no fault`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        defer { test.store.close() }
        #expect(await failures(directory.database) == [])
    }

    @Test func `a file that others can read is told, with what closes it`() async throws {
        let directory = try TestDirectory()
        let test = try TestStore(.file(directory.database))
        defer { test.store.close() }
        #expect(chmod(directory.database, 0o644) == 0)
        let path = directory.database
        #expect(
            await failures(path) == [
                .failure("\"\(path)\" can be read by others", "chmod 600 \(path)")
            ]
        )
    }

    @Test func `a file that is no database is told, with what to put in its place`() async throws {
        let directory = try TestDirectory()
        let path = directory.path + "/orders.db"
        _ = TestProcess.run(["sh", "-c", "umask 077; echo nothing of the kind > \(path)"])
        let found = await failures(path)
        #expect(found.map(\.text) == ["\"\(path)\" cannot be read: file is not a database"])
        #expect(found.first?.advice?.contains("put a backup in its place") == true)
    }

    @Test func `a database without a write-ahead log is told`() async throws {
        let directory = try TestDirectory()
        let path = directory.path + "/orders.db"
        try RawDatabase(path, creates: true).execute("CREATE TABLE a (b)")
        #expect(chmod(path, 0o600) == 0)
        #expect(
            await failures(path) == [
                .failure(
                    "its journal mode is delete",
                    "Start runner serve once: it turns WAL on."
                )
            ]
        )
    }
}
