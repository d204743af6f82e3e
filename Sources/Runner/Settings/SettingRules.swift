/// What settings demand of each other, once each is right by itself.
struct SettingRules {
    let settings: Settings
    let reader: SettingReader
    /// The names that have a value of their own.
    let given: Set<String>

    var problems: [SettingProblem] {
        production + own + sender + channels + ports
    }

    var role: Role { reader.role }

    func reads(_ name: String) -> Bool { SettingTable.isRead(name, by: reader) }

    func missing(_ name: String, _ expected: String) -> [SettingProblem] {
        guard reads(name), !given.contains(name) else { return [] }
        return [SettingProblem(name, found: "nothing", expected: expected)]
    }

    // MARK: Production

    private var production: [SettingProblem] {
        guard settings.environment == .production, role != .client else { return secretKey }
        let because = "since ENVIRONMENT is production"
        return missing("KEYCLOAK_URL", "Keycloak's base URL \(because)")
            + missing("SMTP_URL", "the mail server's URL \(because)")
            + missing("SMTP_FROM", "whom letters are from \(because)")
            + refusedProvider + secretKey
            + secret("KEYCLOAK_CLIENT_SECRET", settings.keycloakClient, Settings().keycloakClient)
            + secret(
                "KEYCLOAK_ADMIN_CLIENT_SECRET",
                settings.keycloakAdminClient,
                Settings().keycloakAdminClient
            )
            + secret(
                "KEYCLOAK_SERVICE_CLIENT_SECRET",
                settings.keycloakServiceClient,
                Settings().keycloakServiceClient
            )
    }

    private var refusedProvider: [SettingProblem] {
        guard role == .identity else { return [] }
        return [
            SettingProblem(
                "ENVIRONMENT",
                found: "\"production\"",
                expected: "development: the embedded identity provider is not for production"
            )
        ]
    }

    private static let keyLength = 32

    private var secretKey: [SettingProblem] {
        let form = "at least \(SettingRules.keyLength) random characters"
        let isShared = role == .function || role == .worker
        guard settings.environment == .production || isShared, role != .store else { return [] }
        guard let key = settings.secretKey else { return missing("SECRET_KEY", form) }
        guard key.value.unicodeScalars.count < SettingRules.keyLength else { return [] }
        return [SettingProblem("SECRET_KEY", found: "fewer", expected: form)]
    }

    private func secret(
        _ name: String,
        _ client: ClientCredentials,
        _ development: ClientCredentials
    ) -> [SettingProblem] {
        guard reads(name) else { return [] }
        let form = "a secret of its own: in production none has a default"
        guard given.contains(name) else { return missing(name, form) }
        guard client.secret == development.secret else { return [] }
        return [SettingProblem(name, found: "the development default", expected: form)]
    }

    // MARK: Letters

    /// A sender of our own making is for this machine alone.
    private var sender: [SettingProblem] {
        // In production that rule tells it already.
        guard settings.environment != .production, let url = settings.smtpURL,
            let server = SMTPServer(url.value), !server.isLoopback
        else { return [] }
        return missing("SMTP_FROM", "whom letters are from, since SMTP_URL is set")
    }

    private var channels: [SettingProblem] {
        let because = "since NOTIFICATION_CHANNEL is \(settings.notificationChannel.rawValue)"
        switch settings.notificationChannel {
        case .email: return []
        case .sms:
            return missing("SMS_URL", "the URL of the SMS service \(because)")
                + missing("SMS_FROM", "the sender's number or name \(because)")
        case .webhook:
            return missing("WEBHOOK_URL", "the URL to call \(because)")
                + missing("WEBHOOK_SECRET", "the secret that signs \(because)")
        }
    }

    // MARK: Ports

    private struct Listener {
        let name: String
        let host: String
        let port: Int

        func collides(with other: Listener) -> Bool {
            port == other.port && port != 0 && HostName.overlap(host, other.host)
        }
    }

    private var ports: [SettingProblem] {
        let hasProvider = settings.keycloakURL == nil
        let listeners = ListeningPort.read(by: reader)
            .filter { hasProvider || $0.port != "IDENTITY_PORT" }
            .map { listener in
                let place = listener.place(settings)
                return Listener(name: listener.port, host: place.host, port: place.port)
            }
        return listeners.indices.flatMap { index in
            let listener = listeners[index]
            return listeners[..<index].filter(listener.collides).map { other in
                SettingProblem(
                    listener.name,
                    found: "\(other.port), which is \(other.name)'s too",
                    expected: "a port of its own"
                )
            }
        }
    }
}
