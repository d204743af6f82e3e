/// What a registration answers: the new user and their account as it was then.
package struct RegistrationReply: Reply {
    package static let schemaName = "Registration"

    package let registration: Registration

    package var outcome: Created { .created }

    init(_ registration: Registration) { self.registration = registration }

    package var account: AccountReply<Found> {
        AccountReply(
            .found,
            userID: registration.userID,
            balance: registration.balance,
            currency: registration.currency,
            createdAt: registration.accountCreatedAt
        )
    }

    package static let members: [Member<RegistrationReply>] = [
        .id("userId") { $0.registration.userID },
        .text("email", ["type": "string", "format": "email"]) { $0.registration.email },
        .reply("account") { $0.account },
    ]

    package static func example(_ outcome: Created) -> RegistrationReply {
        RegistrationReply(
            Registration(
                id: RegistrationID(Example.orderID.uuid),
                userID: Example.userID,
                email: Example.email,
                balance: 0,
                currency: Example.currency,
                accountCreatedAt: Example.time
            )
        )
    }
}
