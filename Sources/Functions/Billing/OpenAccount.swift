/// Opens the user's account, or answers with the one that is there.
///
/// When the owner calls, what their token says of how to reach them is kept with the account, and
/// replaces what was known before: so a new address in the identity provider gets through.
package enum OpenAccount: TransactionFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let userID: UserID

        package init(userID: UserID) { self.userID = userID }
    }

    package enum Outcome: String, ReplyOutcome {
        case opened
        case found

        package var status: Int {
            switch self {
            case .opened: 201
            case .found: 200
            }
        }
    }

    package typealias Code = NoProblem

    package static let declaration = Declaration(
        "openAccount",
        "Opens the user's account, or answers with the one that is there.",
        .http(.post, "/api/billing/accounts"),
        access: .user
    )

    package static let input = InputSchema<Input>.fields(.actingUser) { Input(userID: $0) }

    package static func rows(_ input: Input, _ call: Call) -> Rows {
        Rows(accounts: [input.userID])
    }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> AccountReply<Outcome> {
        let (account, isNew) = transaction.openAccount(of: input.userID, contact(input, call))
        return AccountReply(isNew ? .opened : .found, account, call)
    }

    /// Who opens another's account gives no contact.
    private static func contact(_ input: Input, _ call: Call) -> Contact {
        guard let caller = call.caller, caller.userID == input.userID else { return Contact() }
        return Contact(caller.claims, call.configuration.domainToASCII)
    }
}
