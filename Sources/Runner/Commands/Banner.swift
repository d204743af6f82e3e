/// What `runner serve` says once it is ready: where everything is, and what to try.
package struct Banner: Sendable {
    package struct User: Sendable {
        let name: String
        let password: Secret

        package init(name: String, password: Secret) {
            self.name = name
            self.password = password
        }
    }

    private let gateway: String
    private let realm: String
    /// Label and place, in the order in which they are shown.
    private let places: [(name: String, value: String)]
    private let users: [User]
    private let milliseconds: Int

    /// The gateway is what clients call, the provider Keycloak's base or the embedded provider's.
    ///
    /// Users are those of the embedded provider; with a real Keycloak there are none to show.
    package init(
        settings: Settings,
        gateway: String,
        provider: String,
        management: String,
        users: [User],
        milliseconds: Int
    ) {
        self.gateway = gateway
        self.users = users
        self.milliseconds = milliseconds
        realm = settings.keycloakRealm
        let isEmbedded = settings.keycloakURL == nil
        let database =
            switch settings.database {
            case .sqlite(let path): path
            case .postgresql(let url): Found.secretURL(url.value)
            }
        let letters =
            settings.smtpURL.map { Found.secretURL($0.value) }
            ?? "\(settings.dataDirectory)/mailbox"
        places = [
            ("gateway", gateway),
            ("openapi", "\(gateway)/api/openapi.json"),
            (isEmbedded ? "identity (embedded, for development)" : "keycloak", provider),
            ("database", database),
            ("letters", letters),
            ("management", "\(management)/health/ready, /metrics"),
        ]
    }

    /// Shows it: as text where the log is text, else as one event.
    package func show(on log: StandardLog) {
        guard log.isText else { return log.info("the service is ready", values) }
        log.show(text)
    }

    /// For a log in JSON; never a password.
    package var values: [(name: String, value: String)] {
        var values = places.map { place in
            (name: String(place.name.prefix { $0 != " " }), value: place.value)
        }
        if !users.isEmpty {
            values.append((name: "users", value: users.map(\.name).joined(separator: ", ")))
            values.append(
                (name: "try", value: ([tokenCommand] + lines.dropFirst()).joined(separator: "\n"))
            )
        }
        return values + [(name: "milliseconds", value: String(milliseconds))]
    }

    package var text: String {
        let width = places.map(\.name.count).max() ?? 0
        var text = "\nThe order service is ready (\(milliseconds) ms).\n\n"
        for place in places { text += "  \(Help.padded(place.name, width))  \(place.value)\n" }
        guard !users.isEmpty else { return text + "\n" }
        let names = users.map { "\($0.name) (\($0.password.value))" }.joined(separator: ", ")
        text += "  \(Help.padded("users", width))  \(names)\n"
        text += "\nTry it: log in, open an account and pay in, order.\n\n"
        for line in lines { text += line + "\n" }
        return text
            + "\nThen look at \(gateway)/api/notifications, or runner help. Ctrl-C ends it.\n\n"
    }

    /// Shell lines that work as printed, as the first of the users.
    package var lines: [String] {
        guard let user = users.first else { return [] }
        let token = "\(gateway)/auth/realms/\(realm)/protocol/openid-connect/token"
        let api = "\(gateway)/api"
        let bearer = "-H \"Authorization: Bearer $TOKEN\""
        let json = "-H 'Content-Type: application/json'"
        return [
            "TOKEN=$(curl -s \(token) -d grant_type=password -d client_id=orders-web"
                + " --data-urlencode \(shell("username=\(user.name)"))"
                + " --data-urlencode \(shell("password=\(user.password.value)"))"
                + " | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')",
            "curl -s -X POST \(api)/billing/accounts \(bearer) && "
                + "curl -s \(api)/billing/accounts/me/deposits \(bearer) \(json)"
                + " -d '{\"amount\": 5000}'",
            "curl -s \(api)/orders \(bearer) \(json) -d '{\"title\": \"Tea\", \"price\": 1500}'",
        ]
    }

    /// What takes the place of the first line in a log: it holds no password.
    private var tokenCommand: String {
        let program = CommandLine.arguments.first ?? "runner"
        let user = shell(users.first?.name ?? "")
        return "TOKEN=$(\(shell(program)) token --as \(user) --public-url \(gateway))"
    }

    /// Quoted for a shell.
    private func shell(_ text: String) -> String {
        var quoted = "'"
        for character in text { quoted += character == "'" ? "'\\''" : String(character) }
        return quoted + "'"
    }
}
