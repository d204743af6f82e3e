package import Functions

/// A letter that is to go out, as its channel needs it.
package struct OutgoingLetter: Sendable {
    package let id: UUID
    package let channel: FunctionConfiguration.Channel
    /// An e-mail address (with or without a name), a phone number, or for a webhook anything.
    package let recipient: String
    package let language: LetterLanguage
    package let kind: LetterKind
    package let userID: UUID
    package let orderID: UUID
    package let subject: String
    package let text: String
    package let html: String
    package let createdAt: Timestamp

    package init(
        id: UUID,
        channel: FunctionConfiguration.Channel,
        recipient: String,
        language: LetterLanguage,
        kind: LetterKind,
        userID: UUID,
        orderID: UUID,
        text: LetterText,
        createdAt: Timestamp
    ) {
        self.id = id
        self.channel = channel
        self.recipient = recipient
        self.language = language
        self.kind = kind
        self.userID = userID
        self.orderID = orderID
        self.subject = text.subject
        self.text = text.text
        self.html = text.html
        self.createdAt = createdAt
    }

    package init(_ letter: Letter, to recipient: String) {
        self.init(
            id: letter.id.uuid,
            channel: letter.channel,
            recipient: recipient,
            language: LetterLanguage(locale: letter.locale),
            kind: letter.kind,
            userID: letter.order.userID.uuid,
            orderID: letter.order.id.uuid,
            text: letter.text,
            createdAt: letter.order.createdAt
        )
    }
}

/// What became of an attempt.
///
/// The reasons name no address and no secret: they may be logged.
package enum SendOutcome: Sendable, Equatable {
    case sent
    /// Final, and about the letter itself.
    case rejected(reason: String)
    /// Anything else: it is tried again. What had been handed over may still arrive.
    case later(reason: String)
}

/// Whether a channel can be used.
package struct ChannelCheck: Sendable, Equatable {
    /// The setting that says where the channel leads.
    package let setting: String
    /// Where it leads, without what nobody should read.
    package let place: String
    /// What is wrong, nil where all is well.
    package let trouble: String?
}

/// The one way letters go out, whatever their channel.
///
/// A cancelled task stops waiting at once and is told `later`; the attempt is broken off soon after.
package struct LetterSender: Sendable {
    package let send: @Sendable (OutgoingLetter) async -> SendOutcome
    /// Tries each channel as far as that goes without sending anything.
    package let check: @Sendable () async -> [ChannelCheck]
    /// Breaks off what is under way and waits for it, for two seconds at most.
    package let stop: @Sendable () -> Void

    package init(
        send: @escaping @Sendable (OutgoingLetter) async -> SendOutcome,
        check: @escaping @Sendable () async -> [ChannelCheck] = { [] },
        stop: @escaping @Sendable () -> Void = {}
    ) {
        self.send = send
        self.check = check
        self.stop = stop
    }
}
