/// A user's letters, newest first, from the moment their order is answered; for operators everybody's
/// too.
package enum ListNotifications: QueryFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let whose: Whose
        package let limit: Int
        /// Where the last page ended.
        package let cursor: UUID?

        package init(whose: Whose, limit: Int = Paging.defaultLimit, cursor: UUID? = nil) {
            self.whose = whose
            self.limit = limit
            self.cursor = cursor
        }
    }

    package typealias Code = NoProblem

    package static let declaration = Declaration(
        "listNotifications",
        "Letters and messages about orders, newest first.",
        .http(.get, "/api/notifications"),
        access: .owner
    )

    package static let input = InputSchema<Input>.fields(
        .whose,
        .query("limit", Paging.limit),
        .query("cursor", Paging.cursor)
    ) { Input(whose: $0, limit: $1 ?? Paging.defaultLimit, cursor: $2) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> Page<NotificationReply> {
        let found = snapshot.letters(
            input.whose,
            behind: input.cursor.map { LetterID($0) },
            limit: input.limit + 1
        )
        return Page(found.map(NotificationReply.init), limit: input.limit) { $0.letter.id.uuid }
    }
}
