import Testing

@testable import Runner

struct SettingsValueTests {
    private func isTaken(_ name: String, _ value: String, with more: [String: String] = [:]) -> Bool
    {
        var environment = more
        environment[name] = value
        return problems(["serve"], environment: environment).isEmpty
    }

    @Test(arguments: ["0", "1", "65535"])
    func `a port in range is taken`(value: String) { #expect(isTaken("PORT", value)) }

    @Test(arguments: [
        "-1", "65536", "8080x", " 80", "+80", "0x50", "8.0", "٨٠", "99999999999999999999",
    ])
    func `any other port is refused`(value: String) { #expect(!isTaken("PORT", value)) }

    @Test func `two listeners on one port are refused`() {
        #expect(
            problems(["serve", "--port", "9090"]) == [
                "MANAGEMENT_PORT: found 9090, which is PORT's too, expected a port of its own."
            ]
        )
        #expect(!isTaken("IDENTITY_PORT", "8080"))
        #expect(isTaken("IDENTITY_PORT", "8080", with: ["KEYCLOAK_URL": "http://k/auth"]))
        #expect(isTaken("MANAGEMENT_PORT", "8080", with: ["HOST": "10.0.0.1"]))
        #expect(!isTaken("MANAGEMENT_PORT", "8080", with: ["HOST": "::"]))
        #expect(isTaken("PORT", "0", with: ["MANAGEMENT_PORT": "0", "IDENTITY_PORT": "0"]))
    }

    @Test(arguments: ["localhost", "::", "0.0.0.0", "::1", "shop.example.org", "my_host"])
    func `a host is taken`(value: String) { #expect(isTaken("HOST", value)) }

    @Test(arguments: ["[::1]", "a:80", "a b", "http://a", "a..b", "-a", "a/b", "café"])
    func `what is no host is refused`(value: String) { #expect(!isTaken("HOST", value)) }

    @Test(arguments: ["https://a.example", "http://[::1]:8080", "http://a.example:8080/"])
    func `a public URL is taken`(value: String) { #expect(isTaken("PUBLIC_URL", value)) }

    @Test(arguments: [
        "a.example", "ftp://a", "http://", "http://a/b", "http://a#b", "http://a?b", "http://u@a",
        "http://a:0", "http://a:65536", "http://a:", "http://a b", "http://a\\b", "http://a%2",
        "http://u@v@a",
        "http:/a", "://a", "http://[::1", "http://[a]",
    ])
    func `any other public URL is refused`(value: String) { #expect(!isTaken("PUBLIC_URL", value)) }

    @Test(arguments: [
        "sqlite:orders.db", "sqlite:./a/b.db", "sqlite:///var/b.db", "postgres://u:p@h:5432/d",
    ])
    func `a database URL is taken`(value: String) { #expect(isTaken("DATABASE_URL", value)) }

    @Test(arguments: [
        "sqlite:", "sqlite://host/x", "sqlite::memory:", "sqlite:a?mode=ro", "sqlite:a/",
        "mysql://h/d", "postgres://h", "orders.db",
    ])
    func `any other database URL is refused`(value: String) {
        #expect(!isTaken("DATABASE_URL", value))
    }

    @Test(arguments: ["*", "https://a.example", "http://localhost:3000,https://b.example"])
    func `exact origins are taken`(value: String) { #expect(isTaken("CORS_ORIGINS", value)) }

    @Test(arguments: [
        "*,https://a.example", "https://a.example/", "https://a.example/x", "https://a.example:443",
        "http://a.example:80", "https://A.example", "HTTPS://a.example", "null", "a.example",
        "https://*.example", "https://a.example,", "https://u@a.example",
    ])
    func `an origin that no browser sends is refused`(value: String) {
        #expect(!isTaken("CORS_ORIGINS", value))
    }

    @Test(arguments: ["0", "10"])
    func `the token cache lasts up to ten seconds`(value: String) {
        #expect(isTaken("TOKEN_CACHE_SECONDS", value))
    }

    @Test(arguments: ["RUB", "JPY", "KWD"])
    func `a currency is taken`(value: String) { #expect(isTaken("CURRENCY", value)) }

    @Test(arguments: ["rub", "RU", "RUBL", "XXA", "₽"])
    func `what ISO 4217 does not list is refused`(value: String) {
        #expect(!isTaken("CURRENCY", value))
    }

    @Test(arguments: ["otus", "my-realm_1.x"])
    func `a realm is taken`(value: String) { #expect(isTaken("KEYCLOAK_REALM", value)) }

    @Test(arguments: ["master", "..", "a/b", "a b", "a%2f"])
    func `any other realm is refused`(value: String) { #expect(!isTaken("KEYCLOAK_REALM", value)) }

    @Test(arguments: ["TRUE", "1", "yes", "on"])
    func `a toggle is true or false and nothing else`(value: String) {
        #expect(!isTaken("REQUIRE_IDEMPOTENCY_KEY", value))
    }

    @Test func `a channel wants its own settings`() {
        #expect(problems(["serve", "--notification-channel", "sms"]).count == 2)
        #expect(problems(["serve", "--notification-channel", "webhook"]).count == 2)
    }
}

struct SettingsNetworkRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false),
        ("10.0.0.1", "::ffff:10.0.0.1", true), ("0.0.0.0/0", "1.2.3.4", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", true), ("fd00::/8", "fdff::1", true),
        ("fd00::/8", "fe00::1", false), ("2001:db8::/64", "2001:db8::ffff", true),
        ("2001:db8::/64", "2001:db8:0:1::", false), ("::1", "::1", true),
        ("::1", "nonsense", false),
    ])
    func `an address is in a block or not`(block: String, address: String, isInside: Bool) {
        #expect(NetworkRange(block)?.contains(address) == isInside)
    }

    @Test(arguments: [
        "", "10", "10.0.0.0/33", "::/129", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
        "a/8", "fd00::1/8", "10.0.0.0/+8",
    ])
    func `what is no block is refused`(text: String) { #expect(NetworkRange(text) == nil) }
}

struct SettingsTableTests {
    @Test func `names and flags are there once and fit together`() {
        let names = SettingTable.names
        #expect(Set(names).count == names.count)
        #expect(SettingTable.all.allSatisfy { !$0.roles.isEmpty && !$0.help.isEmpty })
    }

    @Test(arguments: [
        ("PORRT", "PORT"), ("TOKEN_CHEK", "TOKEN_CHECK"), ("port", "PORT"),
        ("SMTP_URI", "SMTP_URL"),
        ("KEYCLAOK_URL", "KEYCLOAK_URL"), ("SECRET_KEY_FIEL", "SECRET_KEY_FILE"),
    ])
    func `a near name is suggested`(word: String, name: String) {
        #expect(Suggestion.nearest(to: word, among: SettingTable.names) == name)
    }

    @Test(arguments: ["POSTGRES_PASSWORD", "X", "", "COMPOSE_PROJECT_NAME"])
    func `a far name is not`(word: String) {
        #expect(Suggestion.nearest(to: word, among: SettingTable.names) == nil)
    }

    @Test func `the example file is the table's`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let bytes = try FileReader.read(root + "/.env.example")
        #expect(String(decoding: bytes, as: UTF8.self) == SettingTable.example)
    }

    @Test func `the example file may be used as it is`() throws {
        #expect(DotEnv(Array(SettingTable.example.utf8)).entries.isEmpty)
        let all = SettingTable.example.split(separator: "\n").filter { $0.hasSuffix("=") }
            .map { $0.dropFirst() }.joined(separator: "\n")
        #expect(problems(["serve"], dotenv: all).isEmpty)
    }
}
