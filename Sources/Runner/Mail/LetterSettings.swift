import Functions

extension LetterSender {
    /// The channels that the settings describe, behind one sender.
    ///
    /// E-mail is always there: users without a phone get it, too. The others are there where their
    /// URL is set, also when another channel is chosen: letters recorded for one before a change of
    /// the settings still go out by it.
    package init(
        _ settings: Settings,
        client: any HTTPCaller
    ) throws(SettingProblem) {
        let email = try EmailTransport(settings)
        let sms = try SMSSender(settings, client: client)
        let webhook = try WebhookSender(settings, client: client)
        self.init(
            send: { letter in
                switch letter.channel {
                case .email: await email.send(letter)
                case .sms: await sms?.send(letter) ?? .later(reason: "SMS_URL is not set")
                case .webhook:
                    await webhook?.send(letter) ?? .later(reason: "WEBHOOK_URL is not set")
                }
            },
            check: {
                [await email.check(), await sms?.check(), await webhook?.check()].compactMap(\.self)
            },
            stop: { email.stop() }
        )
    }

    /// The recipient that a webhook's letters show: scheme and host of `WEBHOOK_URL`.
    ///
    /// Nil where the setting is empty or no such URL.
    package static func webhookRecipient(_ url: Secret?) -> String? {
        url.flatMap { ServiceURL($0.value, schemes: WebhookSender.schemes)?.origin }
    }
}

/// By what e-mail goes out.
enum EmailTransport: Sendable {
    case smtp(SMTPSender)
    case mailbox(FileMailbox)

    init(_ settings: Settings) throws(SettingProblem) {
        guard let url = settings.smtpURL else {
            guard settings.environment != .production else {
                throw SettingProblem(
                    "SMTP_URL",
                    found: "nothing",
                    expected: "\(SMTPServer.expected), since ENVIRONMENT is production"
                )
            }
            self = .mailbox(
                FileMailbox(
                    folder: "\(settings.dataDirectory)/mailbox",
                    from: try EmailTransport.sender(settings, canBeInvented: true)
                )
            )
            return
        }
        guard let server = SMTPServer(url.value) else {
            throw SettingProblem(
                "SMTP_URL",
                found: Found.secretURL(url.value),
                expected: SMTPServer.expected
            )
        }
        let isOurs = server.isLoopback && settings.environment != .production
        let sender = try EmailTransport.sender(settings, canBeInvented: isOurs)
        self = .smtp(SMTPSender(server, from: sender))
    }

    func send(_ letter: OutgoingLetter) async -> SendOutcome {
        switch self {
        case .smtp(let sender): await sender.send(letter)
        case .mailbox(let mailbox): await mailbox.send(letter)
        }
    }

    func check() async -> ChannelCheck {
        switch self {
        case .smtp(let sender): await sender.check()
        case .mailbox(let mailbox): mailbox.check()
        }
    }

    func stop() {
        switch self {
        case .smtp(let sender): sender.stop()
        case .mailbox(let mailbox): mailbox.stop()
        }
    }

    private static func sender(
        _ settings: Settings,
        canBeInvented: Bool
    ) throws(SettingProblem) -> NamedAddress {
        let text = settings.smtpFrom ?? (canBeInvented ? "Orders <orders@localhost>" : nil)
        guard let sender = text.flatMap(NamedAddress.init) else {
            throw SettingProblem(
                "SMTP_FROM",
                found: text ?? "nothing",
                expected: NamedAddress.expected
            )
        }
        return sender
    }
}

extension WebhookSender {
    static let schemes = ["http": 80, "https": 443]

    /// Nil where there is no webhook.
    init?(_ settings: Settings, client: any HTTPCaller) throws(SettingProblem) {
        guard let text = settings.webhookURL else {
            guard settings.notificationChannel == .webhook else { return nil }
            throw SettingProblem(
                "WEBHOOK_URL",
                found: "nothing",
                expected: "https://host/path, since NOTIFICATION_CHANNEL is webhook"
            )
        }
        guard let url = ServiceURL(text.value, schemes: WebhookSender.schemes) else {
            throw SettingProblem(
                "WEBHOOK_URL",
                found: Found.secretURL(text.value),
                expected: "https://host/path"
            )
        }
        guard let secret = settings.webhookSecret.flatMap(WebhookSecret.init) else {
            throw SettingProblem(
                "WEBHOOK_SECRET",
                found: settings.webhookSecret == nil ? "nothing" : "something else",
                expected: WebhookSecret.expected
            )
        }
        self.init(url: url, secret: secret, client: client)
    }
}

extension SMSSender {
    private static let expected = """
        https://user:password@host/path, or without a path for Twilio's own \
        (http:// only to this machine)
        """

    /// Nil where there is no SMS service.
    init?(_ settings: Settings, client: any HTTPCaller) throws(SettingProblem) {
        guard let text = settings.smsURL else {
            guard settings.notificationChannel == .sms else { return nil }
            throw SettingProblem(
                "SMS_URL",
                found: "nothing",
                expected: "\(SMSSender.expected), since NOTIFICATION_CHANNEL is sms"
            )
        }
        guard let url = ServiceURL(text.value, schemes: WebhookSender.schemes),
            url.scheme == "https" || url.user == nil || url.isLoopback
        else {
            throw SettingProblem(
                "SMS_URL",
                found: Found.secretURL(text.value),
                expected: SMSSender.expected
            )
        }
        guard let sender = settings.smsFrom, sender.utf8.count <= 64,
            sender.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw SettingProblem(
                "SMS_FROM",
                found: settings.smsFrom == nil ? "nothing" : "a text too long or with controls",
                expected: "the number (+15550100) or name that messages come from"
            )
        }
        self.init(url: url, sender: sender, client: client)
    }
}
