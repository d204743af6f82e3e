internal import Functions

// What letters need: the senders' own readings, so that what passes here is what they take.
extension SettingParser where Value == Secret {
    static var smtpURL: Self { url(SMTPServer.expected) { SMTPServer($0) != nil } }

    static var webhookURL: Self {
        url("https://host/path") { ServiceURL($0, schemes: WebhookSender.schemes) != nil }
    }

    /// A password wants TLS, except to this machine.
    static var smsURL: Self {
        url("https://user:password@host/path (http:// only to this machine)") { text in
            guard let url = ServiceURL(text, schemes: WebhookSender.schemes) else { return false }
            return url.scheme == "https" || url.user == nil || url.isLoopback
        }
    }

    static var webhookSecret: Self {
        SettingParser(expected: WebhookSecret.expected, secrecy: .secret) { text in
            WebhookSecret(Secret(text)) == nil ? nil : Secret(text)
        }
    }

    private static func url(
        _ expected: String,
        _ fits: @escaping @Sendable (String) -> Bool
    ) -> Self {
        SettingParser(expected: expected, secrecy: .secretURL) { fits($0) ? Secret($0) : nil }
    }
}

extension SettingParser where Value == String {
    static var mailbox: Self {
        .line("an address (orders@example.org) or Name <address>") { NamedAddress($0) != nil }
    }

    static var smsSender: Self {
        .line("the number (+15550100) or name that messages come from") { $0.utf8.count <= 64 }
    }

    static var currency: Self {
        .line("a code of ISO 4217 in capital letters, such as RUB") { Currency(code: $0) != nil }
    }
}
