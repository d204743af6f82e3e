internal import Functions

extension LetterDelivery {
    /// Delivers letters through a sender of messages.
    init(_ sender: LetterSender) {
        self.init { letter in
            guard let recipient = letter.recipient else {
                return .rejected("there is no address for this letter")
            }
            let outgoing = OutgoingLetter(
                id: letter.id.uuid,
                channel: LetterChannel(letter.channel),
                recipient: recipient,
                language: LetterLanguage(locale: letter.locale),
                kind: letter.kind,
                userID: letter.order.userID.uuid,
                orderID: letter.order.id.uuid,
                text: letter.text,
                createdAt: letter.order.createdAt
            )
            switch await sender.send(outgoing) {
            case .sent: return .sent
            case .rejected(let reason): return .rejected(reason)
            case .later(let reason): return .later(reason)
            }
        }
    }
}

extension LetterChannel {
    fileprivate init(_ channel: FunctionConfiguration.Channel) {
        switch channel {
        case .email: self = .email
        case .sms: self = .sms
        case .webhook: self = .webhook
        }
    }
}
