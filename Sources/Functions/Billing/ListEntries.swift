/// The account's statement: everything that moved its balance, newest first.
package enum ListEntries: QueryFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let userID: UserID
        package let limit: Int
        /// Where the last page ended.
        package let cursor: UUID?

        package init(userID: UserID, limit: Int = Paging.defaultLimit, cursor: UUID? = nil) {
            self.userID = userID
            self.limit = limit
            self.cursor = cursor
        }
    }

    package typealias Code = AccountMissing

    package static let declaration = Declaration(
        "listEntries",
        "The account's statement, newest first.",
        .http(.get, "/api/billing/accounts/{userId}/entries"),
        access: .owner
    )

    package static let input = InputSchema<Input>.fields(
        .path("userId"),
        .query("limit", Paging.limit),
        .query("cursor", Paging.cursor)
    ) { Input(userID: $0, limit: $1 ?? Paging.defaultLimit, cursor: $2) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> Page<Entry> {
        guard snapshot.account(of: input.userID) != nil else {
            throw Problem(.accountMissing)
        }
        let found = snapshot.movements(
            of: input.userID,
            behind: input.cursor.map { MovementID($0) },
            limit: input.limit + 1
        )
        return Page(found.map(Entry.init), limit: input.limit) { $0.movement.id.uuid }
    }
}
