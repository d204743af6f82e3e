import Functions
import Testing

@testable import Runner

/// A process and all that it does not start without.
private struct Row: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let required: [String]
    let secrets: [String]

    init(_ command: String, _ required: [String], secrets: [String]) {
        arguments = command.split(separator: " ").map(String.init)
        self.required = required
        self.secrets = secrets
    }

    var testDescription: String { arguments.joined(separator: " ") }

    private static let stored = ["PUBLIC_URL", "DATABASE_URL", "SECRET_KEY", "KEYCLOAK_URL"]
    private static let store = ["DATABASE_URL", "SECRET_KEY"]
    private static let letters = ["SMTP_URL", "SMS_URL", "WEBHOOK_URL", "WEBHOOK_SECRET"]
    private static let tokens = ["KEYCLOAK_CLIENT_SECRET"]
    private static let admin = ["KEYCLOAK_ADMIN_CLIENT_SECRET"]
    private static let service = ["KEYCLOAK_SERVICE_CLIENT_SECRET"]

    private static func plain(_ name: String) -> Row {
        Row("function \(name)", stored, secrets: store + tokens)
    }

    static let all = [
        Row("serve", [], secrets: store + tokens + admin + service + letters),
        Row("gateway", ["PUBLIC_URL", "KEYCLOAK_URL", "FUNCTION_URL"], secrets: tokens),
        Row("worker", stored + ["FUNCTION_URL"], secrets: store + admin + service),
        Row("identity", ["PUBLIC_URL"], secrets: tokens + admin + service),
        Row("migrate", [], secrets: ["DATABASE_URL"]),
        Row("health", [], secrets: []),
        Row("function register", stored, secrets: store + admin),
        plain("open-account"), plain("get-account"), plain("deposit"), plain("list-entries"),
        plain("withdraw"), plain("create-order"), plain("list-orders"), plain("get-order"),
        plain("list-notifications"), plain("get-notification"),
        Row("function notify", stored, secrets: store + tokens + letters),
    ]
}

/// Values that every role takes.
private let values = [
    "PUBLIC_URL": "http://localhost:8080",
    "DATABASE_URL": "postgres://orders:hush@localhost/orders",
    "SECRET_KEY": String(repeating: "k", count: 32),
    "KEYCLOAK_URL": "http://localhost:8180/auth",
    "FUNCTION_URL": "http://{name}:8080",
    "KEYCLOAK_CLIENT_SECRET": "one", "KEYCLOAK_ADMIN_CLIENT_SECRET": "two",
    "KEYCLOAK_SERVICE_CLIENT_SECRET": "three",
    "SMTP_URL": "smtp://localhost:25", "SMTP_FROM": "orders@example.org",
    "SMS_URL": "https://u:p@sms.example/x",
    "WEBHOOK_URL": "https://hooks.example/in/hush",
    "WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
]

struct RoleSettingsTests {
    @Test(arguments: Row.all)
    fileprivate func `a process says what it does not start without`(_ row: Row) throws {
        _ = try load(row.arguments, environment: values)
        for name in row.required {
            let found = problems(row.arguments, environment: values.filter { $0.key != name })
            #expect(found.count == 1)
            #expect(found.first?.hasPrefix("\(name): found nothing, expected ") == true)
        }
        let nothing = problems(row.arguments).map { $0.prefix { $0 != ":" } }
        #expect(Set(nothing) == Set(row.required.map { $0[...] }))
    }

    /// Each secret comes as a file, and every process is shown them all.
    @Test(arguments: Row.all)
    fileprivate func `a secret that a process does not need is not opened`(_ row: Row) throws {
        let secrets = SettingTable.all.filter(\.isSecret).map(\.name)
        var environment = values.filter { !secrets.contains($0.key) }
        for name in secrets { environment[name + "_FILE"] = "/run/" + name }
        let opened = Lock<[String]>([])
        _ = try Settings.load(
            arguments: row.arguments,
            environment: environment,
            dotenv: nil
        ) { path in
            let name = String(path.dropFirst(5))
            opened.withLock { $0.append(name) }
            return Array((values[name] ?? "").utf8)
        }
        let addressed = row.arguments == ["function", "create-order"] ? ["WEBHOOK_URL"] : []
        #expect(Set(opened.withLock { $0 }) == Set(row.secrets + addressed))
        #expect(opened.withLock { $0.count } == row.secrets.count + addressed.count)
    }

    @Test(arguments: Row.all)
    fileprivate func `the table for deployments says the same`(_ row: Row) throws {
        let process = try #require(
            ProcessSettings.all.first { $0.arguments == row.arguments }
        )
        #expect(Set(process.required) == Set(row.required))
        #expect(Set(process.secrets) == Set(row.secrets))
        #expect(Set(process.secrets).isSubset(of: process.settings))
        #expect(ProcessSettings.all.count == Row.all.count)
    }

    @Test func `what others only need has no place at the gateway or a query`() throws {
        let gateway = try #require(ProcessSettings.all.first { $0.arguments == ["gateway"] })
        for name in ["DATABASE_URL", "SECRET_KEY", "CURRENCY", "KEYCLOAK_ADMIN_CLIENT_ID"] {
            #expect(!gateway.settings.contains(name))
        }
        #expect(gateway.settings.contains("FUNCTION_URL_CREATE_ORDER"))
        #expect(!gateway.settings.contains("FUNCTION_URL_NOTIFY"))
        let query = try #require(
            ProcessSettings.all.first { $0.arguments == ["function", "get-order"] }
        )
        for name in ["CORS_ORIGINS", "RATE_LIMIT", "NOTIFICATION_CHANNEL", "DATA_DIR"] {
            #expect(!query.settings.contains(name))
        }
        #expect(!query.settings.contains("REQUIRE_IDEMPOTENCY_KEY"))
    }

    @Test func `a role needs its own secrets in production`() {
        let needed = Dictionary(
            uniqueKeysWithValues: ProcessSettings.all.map {
                ($0.arguments.joined(separator: " "), Set($0.requiredInProduction))
            }
        )
        let stored: Set = ["PUBLIC_URL", "DATABASE_URL", "SECRET_KEY", "KEYCLOAK_URL"]
        #expect(
            needed["gateway"]
                == ["PUBLIC_URL", "KEYCLOAK_URL", "FUNCTION_URL", "KEYCLOAK_CLIENT_SECRET"]
        )
        #expect(
            needed["worker"]
                == stored.union([
                    "FUNCTION_URL", "KEYCLOAK_ADMIN_CLIENT_SECRET",
                    "KEYCLOAK_SERVICE_CLIENT_SECRET",
                ])
        )
        #expect(needed["function deposit"] == stored.union(["KEYCLOAK_CLIENT_SECRET"]))
        #expect(needed["function register"] == stored.union(["KEYCLOAK_ADMIN_CLIENT_SECRET"]))
        #expect(
            needed["function notify"]
                == stored.union(["KEYCLOAK_CLIENT_SECRET", "SMTP_URL", "SMTP_FROM"])
        )
        #expect(needed["health"] == [] && needed["migrate"] == [])
    }

    @Test(arguments: ProcessSettings.all)
    func `a start in production wants what the table says, and no more`(
        process: ProcessSettings
    ) throws {
        var environment = ["ENVIRONMENT": "production"]
        let nothing = problems(process.arguments, environment: environment)
        let refused = process.isForProduction ? [] : ["ENVIRONMENT"]
        #expect(
            nothing.map { String($0.prefix { $0 != ":" }) }
                == refused + process.requiredInProduction
        )
        for name in process.requiredInProduction { environment[name] = values[name] }
        #expect(
            problems(process.arguments, environment: environment).map { $0.prefix { $0 != ":" } }
                == refused.map { $0[...] }
        )
    }

    @Test(arguments: ["function deposit", "worker"])
    func `a SQLite file is not shared`(command: String) {
        var environment = values
        environment["DATABASE_URL"] = "sqlite:orders.db"
        let arguments = command.split(separator: " ").map(String.init)
        #expect(
            problems(arguments, environment: environment) == [
                "DATABASE_URL: found SQLite, whose file one process owns, expected "
                    + "postgres://user:password@host:5432/name, which all processes share."
            ]
        )
    }
}

struct RoleAddressTests {
    private let gateway = values.filter { $0.key != "FUNCTION_URL" }

    @Test func `one template names every function, and an address of its own goes before`() throws {
        let settings = try load(
            ["gateway", "--function-url-get-order", "http://localhost:8088"],
            environment: values
        ).settings
        #expect(settings.address(ofFunction: "createOrder") == "http://create-order:8080")
        #expect(settings.address(ofFunction: "getOrder") == "http://localhost:8088")
    }

    @Test func `addresses one by one must be complete`() throws {
        var environment = gateway
        for function in Catalog.functions where function.declaration.name != "notify" {
            let name = function.declaration.name
            environment[FunctionAddresses.setting(name)] = "http://localhost:9"
        }
        _ = try load(["gateway"], environment: environment)
        environment["FUNCTION_URL_CREATE_ORDER"] = nil
        #expect(
            problems(["gateway"], environment: environment) == [
                "FUNCTION_URL: found nothing, expected a template such as http://{name}:8080, or "
                    + "FUNCTION_URL_CREATE_ORDER."
            ]
        )
    }

    @Test func `the worker calls notify alone`() throws {
        var environment = gateway
        environment["FUNCTION_URL_NOTIFY"] = "http://localhost:8093"
        let settings = try load(["worker"], environment: environment).settings
        #expect(settings.address(ofFunction: "notify") == "http://localhost:8093")
        #expect(settings.address(ofFunction: "deposit") == nil)
    }

    @Test func `an address of no function is told, with what was meant`() {
        #expect(
            problems(["gateway"], environment: values, dotenv: "FUNCTION_URL_CREATE_ODER=http://a")
                == [
                    ".env, line 1: found the unknown name \"FUNCTION_URL_CREATE_ODER\", expected "
                        + "the name of a setting; did you mean FUNCTION_URL_CREATE_ORDER?"
                ]
        )
        #expect(
            problems(["gateway"], environment: ["FUNCTION_URL_DEPOSIT": "nowhere"]).contains {
                $0.hasPrefix("FUNCTION_URL_DEPOSIT (environment): found \"nowhere\", expected ")
            }
        )
    }

    @Test func `an order knows of a webhook its scheme and host alone`() throws {
        var environment = values
        environment["NOTIFICATION_CHANNEL"] = "webhook"
        let order = try load(["function", "createOrder"], environment: environment).settings
        #expect(order.webhookURL == Secret("https://hooks.example"))
        #expect(order.notificationChannel == .webhook && order.webhookSecret == nil)
        let notify = try load(["function", "notify"], environment: environment).settings
        #expect(notify.webhookURL == Secret("https://hooks.example/in/hush"))
        #expect(ProcessSettings.all.filter { !$0.origins.isEmpty }.count == 1)
    }
}
