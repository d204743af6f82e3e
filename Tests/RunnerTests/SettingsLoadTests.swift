import Testing

@testable import Runner

/// Loads settings as the process would.
func load(
    _ arguments: [String],
    environment: [String: String] = [:],
    dotenv: String? = nil,
    files: [String: String] = [:]
) throws(SettingsError) -> (settings: Settings, command: Command) {
    try Settings.load(
        arguments: arguments,
        environment: environment,
        dotenv: dotenv.map { Array($0.utf8) }
    ) { path throws(FileFailure) in
        guard let text = files[path] else { throw FileFailure("No such file or directory") }
        return Array(text.utf8)
    }
}

/// Every problem, as it is told.
func problems(
    _ arguments: [String],
    environment: [String: String] = [:],
    dotenv: String? = nil,
    files: [String: String] = [:]
) -> [String] {
    do throws(SettingsError) {
        _ = try load(arguments, environment: environment, dotenv: dotenv, files: files)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

struct SettingsLoadTests {
    @Test func `without anything the defaults hold`() throws {
        let (settings, command) = try load(["serve"])
        #expect(command == .serve)
        #expect(settings.port == 8080 && settings.host == "localhost")
        #expect(settings.database == .sqlite(path: "./data/orders.db"))
        #expect(settings.secretKey == nil && settings.keycloakURL == nil)
        #expect(settings.publicURL(boundPort: 4711) == "http://localhost:4711")
    }

    @Test func `flags come before the environment, that before the file`() throws {
        let environment = ["PORT": "2", "HOST": "two.example"]
        let dotenv = "PORT=3\nHOST=three.example\nCURRENCY=EUR"
        let settings = try load(["serve", "--port=1"], environment: environment, dotenv: dotenv)
            .settings
        #expect(settings.port == 1 && settings.host == "two.example" && settings.currency == "EUR")
    }

    @Test func `an empty value is as if not set, in every layer`() throws {
        let settings = try load(
            ["serve", "--port", "", "--host="],
            environment: ["PORT": "", "HOST": "b.example"],
            dotenv: "PORT=3\nCURRENCY=\"\""
        ).settings
        #expect(settings.port == 3 && settings.host == "b.example" && settings.currency == "RUB")
    }

    @Test func `all problems are told at once`() {
        let found = problems(
            ["serve", "--porrt", "1", "--rate-limit=0"],
            environment: ["TOKEN_CHECK": "jwt"],
            dotenv: "TOKEN_CACHE_SECONDS=11\nKEYCLOAK_URI=http://x\nbroken"
        )
        #expect(
            found == [
                "--porrt: expected a flag that runner serve has; did you mean --port?",
                ".env, line 3: expected NAME=value, a comment or an empty line.",
                ".env, line 2: found the unknown name \"KEYCLOAK_URI\", expected the name of a "
                    + "setting; did you mean KEYCLOAK_URL?",
                "TOKEN_CHECK (environment): found \"jwt\", expected introspection or jwks.",
                "TOKEN_CACHE_SECONDS (.env, line 1): found \"11\", expected a whole number from 0 to 10.",
                "RATE_LIMIT (--rate-limit): found \"0\", expected a whole number from 1 to 1000000.",
            ]
        )
    }

    @Test func `unknown names of the environment are nobody's business`() throws {
        _ = try load(["serve"], environment: ["PORRT": "1", "SHELL": "/bin/sh"])
    }

    @Test func `a command that reads no setting minds none`() throws {
        #expect(
            try load(["routes"], environment: ["PORT": "x"], dotenv: "broken").command == .routes
        )
    }

    @Test func `a role reads only what it needs`() throws {
        _ = try load(
            ["token", "--as", "alice"],
            environment: ["SMTP_URL": "nonsense", "RATE_LIMIT": "x"]
        )
    }

    @Test(arguments: [
        ("--require-idempotency-key", true), ("--require-idempotency-key=true", true),
        ("--require-idempotency-key=false", false), ("--require-idempotency-key=", false),
    ])
    func `a toggle is true by itself`(flag: String, value: Bool) throws {
        #expect(try load(["serve", flag]).settings.requireIdempotencyKey == value)
    }

    @Test func `a toggle takes no word behind it`() {
        #expect(
            problems(["serve", "--require-idempotency-key", "false"]) == [
                "runner serve: found 1 word(s) too many, expected runner serve, as in: "
                    + "runner serve --port 8080."
            ]
        )
    }

    @Test func `every setting is read from its flag`() throws {
        let settings = try load([
            "serve", "--token-check", "jwks", "--token-cache-seconds", "0", "--rate-limit", "5",
            "--cors-origins", "https://a.example, http://b.example:8080", "--trusted-proxies",
            "10.0.0.0/8,::1", "--keycloak-url", "http://keycloak:8080/auth/", "--public-url",
            "https://shop.example.org/", "--database-url", "sqlite:/var/lib/orders.db",
        ]).settings
        #expect(settings.tokenCheck == .jwks && settings.tokenCacheSeconds == 0)
        #expect(settings.rateLimit == 5)
        #expect(settings.corsOrigins == ["https://a.example", "http://b.example:8080"])
        #expect(settings.trustedProxies.count == 2)
        #expect(settings.keycloakURL == "http://keycloak:8080/auth")
        #expect(settings.publicURL == "https://shop.example.org")
        #expect(settings.database == .sqlite(path: "/var/lib/orders.db"))
    }
}

struct SettingsSecretTests {
    @Test func `a secret may come as a file, without its line end`() throws {
        let settings = try load(
            ["serve"],
            environment: ["KEYCLOAK_CLIENT_SECRET_FILE": "/run/secrets/k"],
            files: ["/run/secrets/k": "s3cret\r\n"]
        ).settings
        #expect(settings.keycloakClient.secret == Secret("s3cret"))
    }

    @Test func `a nearer layer's file comes before a farther layer's value`() throws {
        let settings = try load(
            ["serve", "--secret-key-file", "/k"],
            environment: ["SECRET_KEY": "far"],
            files: ["/k": "near"]
        ).settings
        #expect(settings.secretKey == Secret("near"))
    }

    @Test func `value and file in one layer are refused`() {
        #expect(
            problems(["serve"], environment: ["SECRET_KEY": "abc", "SECRET_KEY_FILE": "/k"]) == [
                "SECRET_KEY (environment): expected either SECRET_KEY or SECRET_KEY_FILE, not both."
            ]
        )
    }

    @Test(arguments: [
        ("/missing", "\"/missing\": No such file or directory, expected a file that can be read"),
        ("/empty", "an empty file, expected the secret as one line of UTF-8 text"),
    ])
    func `a file that gives no secret is refused`(path: String, expected: String) {
        #expect(
            problems(["serve"], environment: ["SECRET_KEY_FILE": path], files: ["/empty": "\n"])
                == [
                    "SECRET_KEY_FILE (environment): found \(expected)."
                ]
        )
    }

    @Test func `what is no secret has no file`() {
        #expect(
            problems(["serve"], dotenv: "PORT_FILE=/x") == [
                ".env, line 1: found the unknown name \"PORT_FILE\", expected the name of a setting."
            ]
        )
    }

    @Test(arguments: [
        ["SECRET_KEY": "hush\u{7}"], ["SMTP_URL": "smtp://u:hush@"], ["SMTP_URL": "hush"],
        ["SMTP_URL": "ftp://u:hush@mail.example"], ["PUBLIC_URL": "http://u:hush@a.example"],
        ["PUBLIC_URL": "http://a.example?token=hush"], ["KEYCLOAK_URL": "http://a?hush"],
        ["WEBHOOK_URL": "wss://u:hush@a.example"], ["DATABASE_URL": "mysql://u:hush@db/x"],
        ["HOST": "http://u:hush@a"], ["CORS_ORIGINS": "https://u:hush@a.example"],
        ["SMS_URL": "sms://u:hush@api/x"], ["KEYCLOAK_CLIENT_SECRET": "hush\nhush"],
    ])
    func `a secret is never told`(environment: [String: String]) {
        let found = problems(["serve"], environment: environment)
        #expect(found.count == 1)
        #expect(!found.joined().contains("hush"))
    }

    @Test func `a secret is never printed`() {
        let secret = Secret("hush")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret)" == "[redacted]" && String(reflecting: secret) == "[redacted]")
        #expect(!dumped.contains("hush") && !"\(Settings())".contains("gateway-secret"))
    }
}

struct SettingsProductionTests {
    private let complete = [
        "ENVIRONMENT": "production", "KEYCLOAK_URL": "http://keycloak:8080/auth",
        "SMTP_URL": "smtp://mail.example", "SMTP_FROM": "orders@example.org",
        "SECRET_KEY": String(repeating: "k", count: 32),
        "KEYCLOAK_CLIENT_SECRET": "a", "KEYCLOAK_ADMIN_CLIENT_SECRET": "b",
        "KEYCLOAK_SERVICE_CLIENT_SECRET": "c",
    ]

    @Test func `production with all it needs is taken`() throws {
        #expect(try load(["serve"], environment: complete).settings.environment == .production)
    }

    @Test(arguments: [
        "KEYCLOAK_URL", "SMTP_URL", "SECRET_KEY", "KEYCLOAK_CLIENT_SECRET",
        "KEYCLOAK_ADMIN_CLIENT_SECRET", "KEYCLOAK_SERVICE_CLIENT_SECRET",
    ])
    func `production misses what has no default there`(name: String) {
        let found = problems(["serve"], environment: complete.filter { $0.key != name })
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("\(name): found nothing, expected ") == true)
    }

    @Test func `production takes no development secret and no short key`() {
        var environment = complete
        environment["KEYCLOAK_CLIENT_SECRET"] = "gateway-secret"
        environment["SECRET_KEY"] = String(repeating: "k", count: 31)
        let found = problems(["serve"], environment: environment)
        #expect(found.count == 2)
        #expect(found.allSatisfy { !$0.contains("gateway-secret") && !$0.contains("kkk") })
    }

    @Test func `production has no embedded provider`() {
        var environment = complete
        environment["PUBLIC_URL"] = "https://shop.example.org"
        #expect(problems(["identity"], environment: environment).count == 1)
    }
}
