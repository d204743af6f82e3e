/// Ends a registration under its key, whose record is this transaction's.
///
/// Opens the account of the user that was made, keeps the contact and ends the claim; or refuses,
/// because the e-mail is taken.
package enum CompleteRegistration: KeyedFunction {
    package enum Ending: Sendable {
        case opened(UserID, RegistrationClaim)
        case emailTaken(String)
    }

    package typealias Code = Register.Code

    package static func rows(_ input: Ending, _ call: Call) -> Rows {
        switch input {
        case .opened(let userID, let claim): Rows(accounts: [userID], claims: [claim.email])
        case .emailTaken: Rows()
        }
    }

    package static func handle(
        _ input: Ending,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) -> RegistrationReply {
        guard case .opened(let userID, let claim) = input else {
            throw Problem(.emailTaken)
        }
        let contact = Contact(email: claim.email, phone: claim.phone, locale: claim.locale)
        let (account, _) = transaction.openAccount(of: userID, contact)
        // Another key may have claimed the e-mail since: that claim is not ours to end.
        if transaction.claim(of: claim.email)?.id == claim.id { transaction.end(claim) }
        let registration = Registration(
            id: RegistrationID(transaction.newIdentifier()),
            userID: userID,
            email: claim.email,
            balance: account.balance,
            currency: call.configuration.currency,
            accountCreatedAt: account.createdAt
        )
        transaction.write(registration)
        return RegistrationReply(registration)
    }

    package static func reference(_ output: RegistrationReply) -> UUID {
        output.registration.id.uuid
    }

    package static func recall(
        _ outcome: Created,
        _ reference: UUID,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) -> RegistrationReply? {
        snapshot.registration(RegistrationID(reference)).map { RegistrationReply($0) }
    }
}
