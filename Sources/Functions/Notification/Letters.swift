/// Notification's rules: one letter per order, written with it.
extension Transaction {
    /// Writes the letter about an order, and the event that asks for its delivery.
    ///
    /// Letter and event bear the order's id. Without an address the letter is failed from the start,
    /// for everyone concerned to see.
    func writeLetter(about order: Order, to contact: Contact, _ call: Call) {
        let recipient = Recipient.choose(contact, call.configuration)
        let letter = Letter(
            id: LetterID(order.id.uuid),
            order: order,
            kind: order.status == .paid ? .happy : .sad,
            channel: recipient.channel,
            recipient: recipient.address,
            locale: contact.locale,
            template: LetterText.newestTemplate,
            status: recipient.address == nil ? .failed : .queued
        )
        let event = OrderSettled(
            id: letter.id,
            traceparent: call.traceparent,
            requestID: call.requestID,
            createdAt: now
        )
        draft.write(.letter(letter, event))
    }

    func letter(_ id: LetterID) -> LetterState? { draft.letter(id) }

    /// Ends a letter and settles its event, in this one commit.
    func end(_ state: LetterState, _ status: Letter.Status, reason: String?) {
        var ended = state
        ended.letter.status = status
        ended.letter.sentAt = status == .sent ? now : nil
        draft.set(ended, reason: reason)
    }
}

extension Snapshot {
    func letter(_ id: LetterID) -> LetterState? { source.letter(id) }

    func letters(_ whose: Whose, behind last: LetterID?, limit: Int) -> [Letter] {
        source.letters(whose, behind: last, limit: limit)
    }
}

extension Letter {
    /// A letter of a later release's template, in an older one: it names its order.
    private var unknown: LetterText {
        LetterText(
            subject: order.title,
            text: order.title,
            html: LetterMarkup.escape(order.title)
        )
    }

    /// What it says, in its own language, by its own template.
    package var text: LetterText {
        LetterText.render(
            template: template,
            locale: LetterLanguage(locale: locale),
            kind: kind,
            title: order.title,
            price: order.price,
            currency: order.currency
        ) ?? unknown
    }
}
