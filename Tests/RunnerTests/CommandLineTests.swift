import Functions
import Testing

@testable import Runner

struct CommandLineTests {
    @Test(arguments: [
        (["serve"], Command.serve), (["routes"], .routes),
        (["roles"], .roles(isJSON: false)), (["roles", "--json"], .roles(isJSON: true)),
        (["realm"], .realm(isProduction: false)),
        (["realm", "--production"], .realm(isProduction: true)), (["doctor"], .doctor),
        (["backup", "a.db"], .backup(file: "a.db")),
        (["backup", "--", "--a"], .backup(file: "--a")),
        (["outbox", "list"], .outboxList), (["outbox", "redrive", "--all"], .outboxRedrive(.all)),
        (["try"], .trial(email: nil)), (["try", "--email", "a@b.c"], .trial(email: "a@b.c")),
        (["--version"], .version), (["help"], .help(topic: nil)), (["-h"], .help(topic: nil)),
        (["help", "outbox", "list"], .help(topic: "outbox list")),
        (["serve", "--help"], .help(topic: "serve")),
        (["serve", "--port", "x", "-h"], .help(topic: "serve")),
        (["outbox", "redrive", "-h"], .help(topic: "outbox redrive")),
        (["token", "--as", "alice"], .token(Login(user: "alice", password: nil))),
        (
            ["token", "--password=--x", "--as=a=b"],
            .token(Login(user: "a=b", password: Secret("--x")))
        ),
    ])
    func `a command line is understood`(arguments: [String], command: Command) throws {
        #expect(try load(arguments).command == command)
    }

    @Test func `a call is understood, flags before or after its function`() throws {
        let wanted = Command.invoke(
            CommandInvocation(
                function: "deposit",
                login: Login(user: "alice", password: nil),
                data: #"{"amount":1}"#,
                key: "k 1",
                id: "7"
            )
        )
        let flags = ["--as", "alice", "--data", #"{"amount":1}"#, "--key", "k 1", "--id=7"]
        #expect(try load(["invoke", "deposit"] + flags).command == wanted)
        #expect(try load(["invoke"] + flags + ["deposit"]).command == wanted)
    }

    @Test func `letters are named by their ids`() throws {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057"
        let wanted = try #require(UUID(id))
        #expect(try load(["outbox", "redrive", id]).command == .outboxRedrive(.ids([wanted])))
        #expect(problems(["outbox", "redrive", "7"]).count == 1)
        #expect(problems(["outbox", "redrive", id, "--all"]).count == 1)
        #expect(problems(["outbox", "redrive"]).count == 1)
    }

    @Test(arguments: [
        (["srve"], "runner: found \"srve\", expected a command; did you mean serve?"),
        (
            ["outbox"],
            "runner outbox: found nothing more, expected runner outbox list or runner outbox redrive."
        ),
        (
            ["outbox", "lst"],
            "runner outbox: found an unknown word after it, expected runner outbox list or runner outbox redrive; did you mean outbox list?"
        ),
        (
            ["--port", "1", "serve"],
            "runner: found a flag first, expected the command before its flags, as in runner serve --port 8080."
        ),
        (["serve", "--port"], "--port: found no value, expected --port VALUE or --port=VALUE."),
        (
            ["serve", "--port", "--host"],
            "--port: found no value, expected --port VALUE or --port=VALUE."
        ),
        (["serve", "--port=1", "--port=2"], "--port: found it twice, expected each flag once."),
        (
            ["serve", "--PORT", "1"],
            "--PORT: expected a flag that runner serve has; did you mean --port?"
        ),
        (["serve", "-p"], "-p: expected a flag that runner serve has; see runner help serve."),
        (["outbox", "redrive", "--all=true"], "--all: found a value, expected the flag alone."),
        (
            ["routes", "--port=1"],
            "--port: expected no such flag here: runner routes does not read it."
        ),
        (
            ["backup"],
            "runner backup: found nothing, expected runner backup FILE, as in: runner backup orders-backup.db."
        ),
        (["token"], "--as: found nothing, expected the user who logs in, as in --as alice."),
        ([""], "runner: found \"\", expected a command; see runner help."),
        (["x\u{1B}[2J"], "runner: found \"x\\u{1B}[2J\", expected a command; see runner help."),
    ])
    func `what is wrong is told`(arguments: [String], problem: String) {
        #expect(problems(arguments).first == problem)
    }

    @Test func `an unknown flag's value is not told`() {
        let found = problems(["serve", "--secret-kye=hush"])
        #expect(
            found == [
                "--secret-kye: expected a flag that runner serve has; did you mean --secret-key?"
            ]
        )
    }

    @Test func `every command has a page with an example that is understood`() {
        for definition in CommandTable.all {
            let page = Help.text(definition.name)
            #expect(page?.contains(definition.example) == true)
            #expect(definition.example.hasPrefix("runner \(definition.name)"))
        }
        #expect(Help.text("outbox")?.contains("outbox redrive") == true)
        #expect(Help.text("nonsense") == nil)
        #expect(Help.text(nil)?.contains("serve") == true)
        #expect(Help.text("serve")?.contains("--token-check") == true)
    }
}

struct CommandTargetTests {
    private let functions = [
        Declaration(
            "deposit",
            "",
            .http(.post, "/api/billing/accounts/{userId}/deposits"),
            access: .owner
        ),
        Declaration("getOrder", "", .http(.get, "/api/orders/{orderId}"), access: .owner),
        Declaration("register", "", .http(.post, "/api/register"), access: .anyone),
        Declaration("notify", "", .event("order.settled"), access: .service),
    ]

    private func target(_ name: String, id: String? = nil, login: Bool = true)
        throws(CommandFailure) -> FunctionTarget
    {
        try FunctionTarget(
            CommandInvocation(
                function: name,
                login: login ? Login(user: "alice", password: nil) : nil,
                data: nil,
                key: nil,
                id: id
            ),
            functions
        )
    }

    @Test func `a path is filled in`() throws {
        #expect(try target("deposit").path == "/api/billing/accounts/me/deposits")
        #expect(try target("deposit", id: "7").path == "/api/billing/accounts/7/deposits")
        #expect(try target("get-order", id: "a/b").path == "/api/orders/a%2Fb")
        #expect(try target("register", login: false).path == "/api/register")
        #expect(try target("getOrder", id: "7").isQuery)
    }

    @Test func `a call that cannot be made is refused with what to do`() {
        for (name, id, login, message) in [
            (
                "deposit", nil, false,
                "deposit wants to know who calls: give --as USER, as in --as alice"
            ),
            ("getOrder", nil, true, "/api/orders/{orderId} wants --id ID"),
            ("register", "7", true, "/api/register has no place for --id"),
            ("notify", nil, true, "notify is called by events, not by users"),
            ("depost", nil, true, "there is no function \"depost\"; did you mean deposit?"),
        ] as [(String, String?, Bool, String)] {
            #expect(throws: CommandFailure(message, exitCode: 2)) {
                try target(name, id: id, login: login)
            }
        }
    }

    @Test func `data of a query becomes its query`() throws {
        #expect(
            try FunctionTarget.query(#"{"limit": 5, "cursor": "a b&c"}"#)
                == "limit=5&cursor=a%20b%26c"
        )
        #expect(throws: CommandFailure.self) { try FunctionTarget.query("[1]") }
    }

    @Test func `JSON is printed for people`() throws {
        let value = try JSON.parse(#"{"a":[1,{"b":"é\n"}],"c":[],"d":{}}"#)
        #expect(
            PrettyJSON.text(value) == """
                {
                  "a": [
                    1,
                    {
                      "b": "é\\n"
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """
        )
    }
}

struct CommandBannerTests {
    private func banner(_ settings: Settings = Settings()) -> Banner {
        Banner(
            settings: settings,
            gateway: "http://localhost:8080",
            provider: "http://127.0.0.1:8180/auth",
            management: "http://localhost:9090",
            users: settings.keycloakURL == nil
                ? [.init(name: "al'ice", password: Secret("p w"))] : [],
            milliseconds: 7
        )
    }

    @Test func `the lines to try are quoted for a shell`() {
        #expect(banner().lines.count == 3)
        #expect(banner().lines[0].contains(#"--data-urlencode 'username=al'\''ice'"#))
    }

    @Test func `the JSON form holds no password`() {
        var settings = Settings()
        settings.smtpURL = Secret("smtp://u:hush@mail.example:25/x")
        let values = banner(settings).values
        #expect(!values.map(\.value).joined().contains("p w"))
        #expect(!values.map(\.value).joined().contains("hush"))
        #expect(
            values.contains {
                $0.name == "letters" && $0.value.hasPrefix("smtp://mail.example:25/")
            }
        )
    }

    @Test func `a real Keycloak's users are not known`() {
        var settings = Settings()
        settings.keycloakURL = "http://k/auth"
        #expect(banner(settings).lines.isEmpty)
    }
}
