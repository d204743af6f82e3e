import Functions
import Testing

@testable import Runner

struct RoleCommandTests {
    private let environment = [
        "PUBLIC_URL": "http://localhost:8080", "DATABASE_URL": "postgres://localhost/orders",
        "SECRET_KEY": String(repeating: "k", count: 32), "KEYCLOAK_URL": "http://localhost/auth",
        "FUNCTION_URL": "http://{name}:8080",
    ]

    @Test(arguments: [
        (["gateway"], Command.gateway), (["worker"], .worker), (["identity"], .identity),
        (["health"], .health), (["migrate"], .migrate),
        (["function", "create-order"], .function("createOrder")),
        (["function", "createOrder"], .function("createOrder")),
        (["function", "--port", "0", "notify"], .function("notify")),
        (["function", "--help"], .help(topic: "function")),
    ])
    func `a role is understood`(arguments: [String], command: Command) throws {
        #expect(try load(arguments, environment: environment).command == command)
    }

    @Test func `an unknown function is told with all that there are`() {
        let names =
            "register, open-account, get-account, deposit, list-entries, withdraw, create-order, "
            + "list-orders, get-order, list-notifications, get-notification, notify"
        #expect(
            problems(["function", "createOder"]) == [
                "runner function: found \"createOder\", expected one of \(names); "
                    + "did you mean create-order?"
            ]
        )
        #expect(
            problems(["function", "x\u{1B}"]) == [
                "runner function: found \"x\\u{1B}\", expected one of \(names)."
            ]
        )
        #expect(
            problems(["function"]) == [
                "runner function: found nothing, expected runner function NAME, as in: "
                    + "runner function create-order --port 8081."
            ]
        )
        #expect(problems(["function", "deposit", "withdraw"], environment: environment).count == 1)
    }

    @Test(arguments: [
        (["function", "get-order", "--smtp-url", "smtp://a"], "--smtp-url", "function get-order"),
        (
            ["function", "notify", "--keycloak-admin-client-secret-file=/x"],
            "--keycloak-admin-client-secret-file", "function notify"
        ),
        (["gateway", "--database-url", "sqlite:x"], "--database-url", "gateway"),
        (["gateway", "--function-url-notify", "http://a"], "--function-url-notify", "gateway"),
        (["health", "--public-url", "http://a"], "--public-url", "health"),
    ])
    func `a flag of another process is refused`(
        arguments: [String],
        flag: String,
        command: String
    ) {
        #expect(
            problems(arguments, environment: environment) == [
                "\(flag): expected no such flag here: runner \(command) does not read it."
            ]
        )
    }

    @Test func `health needs nothing but where to ask`() throws {
        let settings = try load(
            ["health", "--management-port=1234"],
            environment: ["ENVIRONMENT": "nonsense", "LOG_LEVEL": "loud", "PUBLIC_URL": "x"]
        ).settings
        #expect(settings.managementPort == 1234 && settings.managementHost == "localhost")
        #expect(
            problems(["health"], environment: ["MANAGEMENT_PORT": "0"]) == [
                "MANAGEMENT_PORT: found 0, expected the port of the process that is asked."
            ]
        )
    }

    @Test func `migrate waits for a database that is starting, and not for ever`() async throws {
        var attempts = 0
        let done = try await MigrateCommand.wait(pause: .milliseconds(1)) {
            attempts += 1
            if attempts < 3 { throw StoreNotYet(reason: "it is starting") }
            return "done"
        }
        #expect(done == "done" && attempts == 3)
        await #expect(
            throws: CommandFailure(
                "the database has not come within 0 s: it is away",
                exitCode: ExitCode.busy
            )
        ) {
            try await MigrateCommand.wait(atMost: .zero) { throw StoreNotYet(reason: "it is away") }
        }
        await #expect(throws: CommandFailure("no")) {
            try await MigrateCommand.wait { throw StartFailure("no") }
        }
    }

    @Test func `migrate makes a file's schema once, and never while somebody owns it`() async throws
    {
        let directory = try TestDirectory()
        var settings = Settings()
        let path = directory.path + "/sub/orders.db"
        settings.databaseURL = .sqlite(path: path)
        #expect(try await MigrateCommand.run(settings) == "\(path) has schema 0001-ledger now")
        #expect(
            try await MigrateCommand.run(settings) == "\(path) has schema 0001-ledger already"
        )

        let opened = try await StoreDoor.open(
            StoreRequest(settings: settings, secret: Secret("s"), log: SilentLog())
        )
        await #expect {
            _ = try await MigrateCommand.run(settings)
        } throws: { ($0 as? CommandFailure)?.exitCode == ExitCode.busy }
        opened.close()
        #expect(
            try await MigrateCommand.run(settings) == "\(path) has schema 0001-ledger already"
        )
    }
}

struct HealthQuestionTests {
    private struct Port {
        let readiness = Readiness(waitingFor: ["store"])
        let settings: Settings
        private let loops: EventLoops

        init(host: String) throws {
            loops = try EventLoops(count: 1, log: SilentLog())
            var settings = Settings()
            settings.managementHost = host
            settings.managementPort = 0
            let handler = ManagementHandler(
                readiness: readiness,
                metrics: Metrics(functions: [], loops: 1)
            )
            let management = try Management.start(
                settings,
                handler,
                loops: loops,
                log: SilentLog()
            )
            settings.managementPort = try #require(BaseURL(management.url)).port
            self.settings = settings
        }

        func stop() { loops.stop() }
    }

    /// A host that means every address is asked on loopback.
    @Test(arguments: ["localhost", "127.0.0.1", "0.0.0.0", "::"])
    func `a process that is ready says so, and one that is not says why`(host: String) async throws
    {
        let port = try Port(host: host)
        defer { port.stop() }
        let name = host == "127.0.0.1" ? host : "localhost"
        let address = "http://\(name):\(port.settings.managementPort)"
        let question = HealthQuestion(port.settings)
        await #expect(
            throws: CommandFailure("\(address) answers 503, not ready: store: starting")
        ) { try await question.ask() }
        port.readiness.ready("store")
        #expect(try await question.ask() == "\(address) is ready")
        port.readiness.drain()
        await #expect(throws: CommandFailure("\(address) answers 503, not ready: draining")) {
            try await question.ask()
        }
    }

    @Test func `nobody there, and somebody else, are no health`() async throws {
        var settings = Settings()
        settings.managementHost = "127.0.0.1"
        settings.managementPort = 1
        do throws(CommandFailure) {
            _ = try await HealthQuestion(settings).ask()
            Issue.record("nobody listens there")
        } catch {
            #expect(error.exitCode == ExitCode.failure)
            #expect(error.message.hasPrefix("http://127.0.0.1:1/health/ready cannot be asked: "))
        }
    }
}
