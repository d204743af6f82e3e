/// An account as it is answered.
package struct AccountReply<Outcome: ReplyOutcome>: Reply {
    package static var schemaName: String { "Account" }

    package let userID: UserID
    package let balance: Int64
    package let currency: String
    package let createdAt: Timestamp
    package let outcome: Outcome

    init(
        _ outcome: Outcome,
        userID: UserID,
        balance: Int64,
        currency: String,
        createdAt: Timestamp
    ) {
        self.outcome = outcome
        self.userID = userID
        self.balance = balance
        self.currency = currency
        self.createdAt = createdAt
    }

    init(_ outcome: Outcome, _ account: Account, _ call: Call) {
        self.init(
            outcome,
            userID: account.userID,
            balance: account.balance,
            currency: call.configuration.currency,
            createdAt: account.createdAt
        )
    }

    package static var members: [Member<AccountReply>] {
        [
            .id("userId", \.userID),
            .integer("balance", Money.balanceDocument, \.balance),
            .text("currency", Money.currencyDocument, \.currency),
            .time("createdAt", \.createdAt),
        ]
    }

    package static func example(_ outcome: Outcome) -> AccountReply {
        AccountReply(
            outcome,
            userID: Example.userID,
            balance: 0,
            currency: Example.currency,
            createdAt: Example.time
        )
    }
}
