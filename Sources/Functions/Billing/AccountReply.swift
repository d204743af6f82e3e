/// An account as it is answered.
package struct AccountReply<Outcome: ReplyOutcome>: Reply {
    package static var schemaName: String { "Account" }

    package let subject: AccountStatement
    package let outcome: Outcome

    init(
        _ outcome: Outcome,
        userID: UserID,
        balance: Int64,
        currency: String,
        createdAt: Timestamp
    ) {
        self.outcome = outcome
        subject = AccountStatement(
            userID: userID,
            balance: balance,
            currency: currency,
            createdAt: createdAt
        )
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

    package static var members: [Member<AccountStatement>] { AccountStatement.members }

    package var userID: UserID { subject.userID }
    package var balance: Int64 { subject.balance }
    package var currency: String { subject.currency }
    package var createdAt: Timestamp { subject.createdAt }

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

/// What an account says of itself at one moment.
package struct AccountStatement: Sendable, Equatable {
    package let userID: UserID
    package let balance: Int64
    package let currency: String
    package let createdAt: Timestamp

    static let members: [Member<AccountStatement>] = [
        .id("userId") { $0.userID },
        .integer("balance", Money.balanceDocument) { $0.balance },
        .text("currency", Money.currencyDocument) { $0.currency },
        .time("createdAt") { $0.createdAt },
    ]
}
