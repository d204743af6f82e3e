package enum LetterSubject {}
package typealias LetterID = ID<LetterSubject>

/// The letter about one order: its record exists from the order's own commit.
///
/// Its text is rendered from its order, its locale and its template's number, which never change; so
/// it is not stored. The event that asks for its delivery bears the same id.
package struct Letter: Sendable, Equatable {
    package typealias Kind = LetterKind
    package enum Status: String, Sendable, CaseIterable { case queued, sent, failed }

    package let id: LetterID
    package let order: Order
    package let kind: Kind
    package var channel: FunctionConfiguration.Channel
    /// Nil where there was no address at all: the letter is `failed` then.
    package var recipient: String?
    package let locale: String?
    package let template: Int
    package var status: Status
    package var sentAt: Timestamp?

    package init(
        id: LetterID,
        order: Order,
        kind: Kind,
        channel: FunctionConfiguration.Channel,
        recipient: String?,
        locale: String?,
        template: Int,
        status: Status,
        sentAt: Timestamp? = nil
    ) {
        self.id = id
        self.order = order
        self.kind = kind
        self.channel = channel
        self.recipient = recipient
        self.locale = locale
        self.template = template
        self.status = status
        self.sentAt = sentAt
    }
}
