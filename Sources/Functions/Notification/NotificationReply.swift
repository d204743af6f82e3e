/// A letter as it is answered.
package struct NotificationReply: Reply {
    package static let schemaName = "Notification"

    package let letter: Letter
    private let text: LetterText

    package var outcome: Found { .found }

    init(_ letter: Letter) {
        self.letter = letter
        text = letter.text
    }

    package static let members: [Member<NotificationReply>] = [
        .id("id") { $0.letter.id },
        .id("userId") { $0.letter.order.userID },
        .id("orderId") { $0.letter.order.id },
        .text("kind", .enumeration(LetterKind.self)) { $0.letter.kind.rawValue },
        .text("channel", .enumeration(FunctionConfiguration.Channel.self)) {
            $0.letter.channel.rawValue
        },
        .optionalText("recipient", recipientDocument) { $0.letter.recipient },
        .text("subject") { $0.text.subject },
        .text("body") { $0.text.text },
        .text("status", .enumeration(Letter.Status.self)) { $0.letter.status.rawValue },
        .time("createdAt") { $0.letter.order.createdAt },
        .optionalTime("sentAt") { $0.letter.sentAt },
    ]

    private static let recipientDocument: JSON = [
        "type": "string",
        "description":
            "An e-mail address, a phone number, or a webhook's scheme and host.",
    ]

    package static func example(_ outcome: Found) -> NotificationReply {
        NotificationReply(
            Letter(
                id: Example.letterID,
                order: .example(.paid),
                kind: .happy,
                channel: .email,
                recipient: Example.email,
                locale: "en",
                template: LetterText.newestTemplate,
                status: .sent,
                sentAt: Timestamp(milliseconds: Example.time.milliseconds + 250)
            )
        )
    }
}
