package import Functions

extension LetterDelivery {
    /// Delivers letters through a sender of messages.
    package init(_ sender: LetterSender) {
        self.init { letter in
            guard let recipient = letter.recipient else {
                return .rejected("there is no address for this letter")
            }
            switch await sender.send(OutgoingLetter(letter, to: recipient)) {
            case .sent: return .sent
            case .rejected(let reason): return .rejected(reason)
            case .later(let reason): return .later(reason)
            }
        }
    }
}
