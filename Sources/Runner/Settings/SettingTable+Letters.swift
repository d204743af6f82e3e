internal import Functions

// How letters leave.
extension SettingTable {
    static let mailers: Set<Role> = [.serve, .function, .doctor]

    static let letters = [
        SettingDefinition(
            "SMTP_URL",
            optional: \.smtpURL,
            .smtpURL,
            default: "a mailbox of .eml files",
            for: mailers,
            where: .uses([.letterDelivery]),
            "smtp://user:password@host:587; a password wants TLS, except to loopback"
        ),
        SettingDefinition(
            "SMTP_FROM",
            optional: \.smtpFrom,
            .mailbox,
            for: mailers,
            where: .uses([.letterDelivery]),
            "whom letters are from: an address, or Name <address>"
        ),
        SettingDefinition(
            "NOTIFICATION_CHANNEL",
            \.notificationChannel,
            .choice,
            default: "email",
            for: mailers.union([.store]),
            where: .uses([.letterDelivery, .letterAddress]),
            "email, sms or webhook"
        ),
        SettingDefinition(
            "SMS_URL",
            optional: \.smsURL,
            .smsURL,
            for: mailers,
            where: .uses([.letterDelivery]),
            "a Twilio-compatible API, with its credentials"
        ),
        SettingDefinition(
            "SMS_FROM",
            optional: \.smsFrom,
            .smsSender,
            for: mailers,
            where: .uses([.letterDelivery]),
            "the number or name that messages come from"
        ),
        SettingDefinition(
            "WEBHOOK_URL",
            optional: \.webhookURL,
            .webhookURL,
            for: mailers.union([.store]),
            where: .uses([.letterDelivery, .letterAddress]),
            "where webhooks are sent"
        ),
        SettingDefinition(
            "WEBHOOK_SECRET",
            optional: \.webhookSecret,
            .webhookSecret,
            for: mailers,
            where: .uses([.letterDelivery]),
            "signs them, as Standard Webhooks has it"
        ),
    ]
}
