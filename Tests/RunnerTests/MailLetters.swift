import Functions
import Runner

/// Letters for the tests of their senders.
enum MailLetters {
    static let id = UUID(high: 0x0193_5F1E_7C00_7000, low: 0x8000_0000_0000_0001)

    static func letter(
        to recipient: String,
        channel: FunctionConfiguration.Channel = .email,
        title: String = "Самовар",
        language: LetterLanguage = .russian,
        id: UUID = MailLetters.id
    ) -> OutgoingLetter {
        let text = LetterText.render(
            template: 1,
            locale: language,
            kind: .happy,
            title: title,
            price: 123_450,
            currency: "RUB"
        )
        return OutgoingLetter(
            id: id,
            channel: channel,
            recipient: recipient,
            language: language,
            kind: .happy,
            userID: UUID(high: 1, low: 2),
            orderID: UUID(high: 3, low: 4),
            text: text ?? LetterText(subject: "", text: "", html: ""),
            createdAt: Timestamp(milliseconds: 1_795_341_600_123)
        )
    }
}
