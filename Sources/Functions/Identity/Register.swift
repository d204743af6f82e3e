/// Registers a user: makes one at the identity provider and opens their account.
///
/// The provider knows no transaction of ours, so the attempt is claimed before the user is made:
/// "no such user" is committed with the claim. If an attempt dies, the same key goes on where it
/// stood, and may adopt a user whom the provider made in the claim's minute; nobody else may, and a
/// user who was there before is never touched. What nobody asks for again the sweeper completes.
package enum Register: KeyedEffectFunction, DeclaredFunction {
    package typealias Completion = CompleteRegistration

    package struct Input: Sendable {
        package let email: String
        package let password: String
        package let firstName: String
        package let lastName: String
        package let phone: String?
        package let locale: String?

        package init(
            email: String,
            password: String,
            firstName: String,
            lastName: String,
            phone: String? = nil,
            locale: String? = nil
        ) {
            self.email = email
            self.password = password
            self.firstName = firstName
            self.lastName = lastName
            self.phone = phone
            self.locale = locale
        }
    }

    package static let declaration = Declaration(
        "register",
        "Registers a user and opens their account.",
        .http(.post, "/api/register"),
        access: .anyone,
        idempotency: .key,
        timeoutSeconds: 15,
        holdsPassword: true,
        uses: [.identityAdministration]
    )

    package static let input = InputSchema<Input>.fields(
        .required("email", Profile.email),
        .required("password", Profile.password),
        .required("firstName", Profile.firstName),
        .required("lastName", Profile.lastName),
        .optional("phone", Profile.phone),
        .optional("locale", Profile.locale)
    ) {
        Input(email: $0, password: $1, firstName: $2, lastName: $3, phone: $4, locale: $5)
    }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) -> RegistrationReply {
        guard let key = context.key else { throw .unavailable("register was called without a key") }
        let found = try await context.user(input.email, Code.self)
        let claiming = ClaimRegistration.Input(input, key, isTaken: found != nil)
        switch try await context.run(ClaimRegistration.self, claiming, call) {
        case .taken:
            return try await context.conclude(.emailTaken(input.email), key, call)
        case .fresh(let claim):
            return try await create(input, claim, isResumed: false, call, in: context)
        case .resumed(let claim):
            return try await resume(input, claim, call, in: context)
        }
    }

    /// Goes on after an attempt that did not end, and may have made the user since the first look.
    private static func resume(
        _ input: Input,
        _ claim: RegistrationClaim,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) -> RegistrationReply {
        if let user = try await context.user(input.email, Code.self) {
            return try await adopt(user, claim, call, in: context)
        }
        let renewed = try await context.run(RenewRegistration.self, claim, call)
        return try await create(input, renewed, isResumed: true, call, in: context)
    }

    private static func create(
        _ input: Input,
        _ claim: RegistrationClaim,
        isResumed: Bool,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) -> RegistrationReply {
        switch try await context.create(IdentityAdministration.NewUser(input), Code.self) {
        case .created(let userID):
            return try await context.conclude(.opened(userID, claim), claim.key, call)
        case .exists:
            // Only an earlier attempt of ours can have made it, and only a resumed one had any.
            if isResumed, let user = try await context.user(input.email, Code.self) {
                return try await adopt(user, claim, call, in: context)
            }
            return try await refuse(claim, call, in: context)
        case .refused(let errors):
            try await context.run(EndRegistration.self, claim, call)
            throw .problem(Problem(.profileRefused, errors: errors))
        }
    }

    private static func adopt(
        _ user: IdentityAdministration.FoundUser,
        _ claim: RegistrationClaim,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) -> RegistrationReply {
        guard claim.covers(user.createdAt) else {
            return try await refuse(claim, call, in: context)
        }
        return try await context.conclude(.opened(user.id, claim), claim.key, call)
    }

    /// The claim ends before the refusal is recorded: the sweeper must not adopt the other's user.
    private static func refuse(
        _ claim: RegistrationClaim,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) -> RegistrationReply {
        try await context.run(EndRegistration.self, claim, call)
        return try await context.conclude(.emailTaken(claim.email), claim.key, call)
    }
}

extension IdentityAdministration.NewUser {
    fileprivate init(_ input: Register.Input) {
        self.init(
            email: input.email,
            password: input.password,
            firstName: input.firstName,
            lastName: input.lastName,
            phone: input.phone,
            locale: input.locale
        )
    }
}
