@testable import Functions

/// Gives Alice an account of this balance, which no one could pay in one by one.
enum RaiseBalance: TransactionFunction {
    typealias Code = NoProblem

    static func rows(_ input: Int64, _ call: Call) -> Rows { Rows(accounts: [Person.alice.id]) }

    static func handle(
        _ input: Int64,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) {
        var (account, _) = transaction.openAccount(of: Person.alice.id, Contact())
        account.balance = input
        transaction.draft.set(account)
    }
}

/// The claim of an e-mail as it stands.
enum ReadClaim: QueryFunction {
    typealias Code = NoProblem

    static func handle(
        _ input: String,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> RegistrationClaim? {
        snapshot.source.claim(of: input)
    }
}

/// The account as the store holds it, its contact with it.
enum ReadAccount: QueryFunction {
    typealias Code = NoProblem

    static func handle(
        _ input: UserID,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> Account? {
        snapshot.source.account(of: input)
    }
}
