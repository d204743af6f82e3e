/// By which channel and to whom a letter goes.
package struct Recipient: Sendable, Equatable {
    package let channel: FunctionConfiguration.Channel
    /// Nil where the user has no address at all.
    package let address: String?

    /// The configured channel, or e-mail where the user has no phone for it.
    package static func choose(
        _ contact: Contact,
        _ configuration: FunctionConfiguration
    ) -> Recipient {
        switch configuration.channel {
        case .sms:
            if let phone = contact.phone { return Recipient(channel: .sms, address: phone) }
        case .webhook:
            if let recipient = configuration.webhookRecipient {
                return Recipient(channel: .webhook, address: recipient)
            }
        case .email: break
        }
        return Recipient(channel: .email, address: contact.email)
    }
}
