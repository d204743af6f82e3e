/// The account as it is now.
package enum GetAccount: QueryFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let userID: UserID

        package init(userID: UserID) { self.userID = userID }
    }

    package typealias Code = AccountMissing

    package static let declaration = Declaration(
        "getAccount",
        "The user's account: its balance and currency.",
        .http(.get, "/api/billing/accounts/{userId}"),
        access: .owner
    )

    package static let input = InputSchema<Input>.fields(.path("userId")) { Input(userID: $0) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> AccountReply<Found> {
        guard let account = snapshot.account(of: input.userID) else {
            throw Problem(.accountMissing)
        }
        return AccountReply(.found, account, call)
    }
}
