import Functions
import Testing

@testable import Runner

/// `runner realm`: the file that a real Keycloak imports.
struct RealmExportTests {
    private let compiled: JSON
    private let production: JSON

    init() throws {
        compiled = try JSON.parse(IdentityProvider.compiledRealm)
        production = try JSON.parse(RealmExport.bytes(Settings(), isProduction: true))
    }

    private func client(_ id: String) -> JSON? {
        production["clients"]?.array?.first { $0["clientId"]?.string == id }
    }

    @Test func `for a trial it is the file as it stands`() throws {
        #expect(
            try RealmExport.bytes(Settings(), isProduction: false) == IdentityProvider.compiledRealm
        )
    }

    @Test func `production keeps the service accounts and none of the trial's users`() {
        let names = production["users"]?.array?.map { $0["username"]?.string }
        #expect(
            names == [
                "service-account-${KEYCLOAK_SERVICE_CLIENT_ID:functions}",
                "service-account-${KEYCLOAK_ADMIN_CLIENT_ID:gateway-admin}",
            ]
        )
        let text = production.text
        for trace in ["alice", "no-audience", "no-direct", "trial", "-secret"] {
            #expect(!text.contains(trace), "\(trace)")
        }
    }

    @Test func `production keeps the clients that it needs, and no login by password alone`() {
        let clients = production["clients"]?.array ?? []
        #expect(
            clients.map { $0["clientId"]?.string } == [
                "orders-web", "${KEYCLOAK_CLIENT_ID:gateway}",
                "${KEYCLOAK_ADMIN_CLIENT_ID:gateway-admin}",
                "${KEYCLOAK_SERVICE_CLIENT_ID:functions}",
            ]
        )
        #expect(clients.allSatisfy { $0["directAccessGrantsEnabled"] == false })
        #expect(client("orders-web")?["standardFlowEnabled"] == true)
    }

    @Test func `what production wants set has no default, and the rest has`() {
        #expect(production["realm"] == "${KEYCLOAK_REALM:otus}")
        #expect(production["sslRequired"] == "${KEYCLOAK_SSL_REQUIRED:external}")
        #expect(
            client("${KEYCLOAK_CLIENT_ID:gateway}")?["secret"] == "${KEYCLOAK_CLIENT_SECRET}"
        )
        #expect(client("orders-web")?["redirectUris"] == ["${PUBLIC_URL}/*"])
        #expect(client("orders-web")?["webOrigins"] == ["${PUBLIC_URL}"])
        let text = production.text
        for process in ProcessSettings.all {
            for name in process.requiredInProduction { #expect(!text.contains("${\(name):")) }
        }
    }

    @Test func `everything else is as it was`() {
        for name in ["roles", "groups", "defaultGroups", "components", "passwordPolicy"] {
            #expect(production[name] != nil && production[name] == compiled[name])
        }
    }

    @Test func `what it prints for production is a realm that can be served`() throws {
        var values: [String: String] = ["PUBLIC_URL": "https://orders.example"]
        for name in ["CLIENT", "ADMIN_CLIENT", "SERVICE_CLIENT"] {
            values["KEYCLOAK_\(name)_SECRET"] = "hush-\(name)"
        }
        let file = try RealmFile(
            RealmExport.bytes(Settings(), isProduction: true),
            environment: values
        )
        #expect(file.realm.clients["gateway"]?.secret == Secret("hush-CLIENT"))
        #expect(file.realm.clients["orders-web"]?.redirects == ["https://orders.example/*"])
        #expect(file.realm.sslRequired == .external && file.ignored.isEmpty)
        #expect(file.users.allSatisfy { $0.user.serviceClient != nil && $0.password == nil })
    }
}

/// Another realm file goes by the same rules.
struct OtherRealmExportTests {
    private func derived(_ text: String) throws -> JSON {
        try ProductionRealm.derive(JSON.parse(text))
    }

    @Test(arguments: [
        (#""${OWN_SECRET:abc}""#, #""${OWN_SECRET}""#),
        (#""${OWN_SECRET}""#, #""${OWN_SECRET}""#),
        (#""${OWN,OTHER:${KEYCLOAK_CLIENT_SECRET:abc}}""#, #""${OWN,OTHER}""#),
    ])
    func `a secret of any name loses its default`(secret: String, kept: String) throws {
        let realm = try derived(#"{"clients": [{"clientId": "own", "secret": \#(secret)}]}"#)
        #expect(
            realm == (try JSON.parse(#"{"clients": [{"clientId": "own", "secret": \#(kept)}]}"#))
        )
    }

    @Test(arguments: [
        (#"{"clients": [{"secret": "abc"}]}"#, "/clients/0/secret"),
        (#"{"clients": [{"secret": "${A}${B}"}]}"#, "/clients/0/secret"),
        (#"{"clients": [{"secret": "a${A:b}"}]}"#, "/clients/0/secret"),
        (#"{"smtpServer": {"password": "abc"}}"#, "/smtpServer/password"),
        (
            #"{"identityProviders": [{"config": {"clientSecret": "abc"}}]}"#,
            "/identityProviders/0/config/clientSecret"
        ),
    ])
    func `a secret that stands in the file is refused`(file: String, pointer: String) throws {
        let error = #expect(throws: RealmFileError.self) { _ = try derived(file) }
        #expect(error?.pointer == pointer)
    }

    @Test func `a user without a service account and a marked client stay out`() throws {
        let realm = try derived(
            #"""
            {"clients": [
              {"clientId": "a", "attributes": {"trial.only": "true"}, "secret": "abc"},
              {"clientId": "b", "attributes": {"trial.only": "false"},
               "directAccessGrantsEnabled": true}],
             "users": [{"username": "kim"}, {"username": "s", "serviceAccountClientId": "b"}]}
            """#
        )
        #expect(
            realm == [
                "clients": [
                    [
                        "clientId": "b", "attributes": ["trial.only": "false"],
                        "directAccessGrantsEnabled": false,
                    ]
                ],
                "users": [["username": "s", "serviceAccountClientId": "b"]],
            ]
        )
    }

    @Test func `a default inside a default goes by its own name`() throws {
        #expect(
            try derived(#"{"a": "${REDIRECTS:${PUBLIC_URL:http://localhost:8080}/*}"}"#)
                == ["a": "${REDIRECTS:${PUBLIC_URL}/*}"]
        )
    }
}

/// Placeholders as Keycloak replaces them.
struct RealmPlaceholderTests {
    private let placeholders = RealmPlaceholders(values: [
        "HOST": "example.org", "EMPTY": "", "NESTED": "<${HOST}>", "LOOP": "${LOOP}",
    ])

    @Test(arguments: [
        ("${HOST}", "example.org"), ("a ${HOST} b ${HOST:c}", "a example.org b example.org"),
        ("${NONE:http://localhost:8080}/*", "http://localhost:8080/*"), ("${NONE:}", ""),
        ("${NONE}", "${NONE}"), ("${EMPTY:x}", ""), ("$${HOST}", "$example.org"), ("$", "$"),
        ("${", "${"), ("${}", "${}"), ("${:x}", "${:x}"), ("${HOST", "${HOST"),
        ("{HOST}", "{HOST}"), ("$ {HOST}", "$ {HOST}"), ("${NONE,HOST}", "example.org"),
        ("${NONE,NEITHER:x}", "x"), ("${NONE:${HOST}/a}", "example.org/a"),
        ("${NONE:{a}}", "{a}"), ("${NONE:${NEITHER}}", "${NEITHER}"),
        ("${NESTED}", "<example.org>"),
        ("${LOOP}", "${LOOP}"), ("${NONE:$}", "$"), ("ü${HOST}ü", "üexample.orgü"),
    ])
    func `a placeholder becomes its value, its default, or stays`(text: String, result: String) {
        #expect(placeholders.resolve(text) == result)
    }
}
