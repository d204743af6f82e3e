/// All policy of one function, and the only place where it stands.
///
/// Routes, the server of a single function, the OpenAPI document, the deployment's list of functions
/// and the README's table are derived from it.
package struct Declaration: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package enum Trigger: Sendable, Equatable {
        /// A path template: literal segments and `{name}` for a UUID (`{userId}` may be `me`).
        case http(Method, String)
        /// The type of a CloudEvent.
        case event(String)
    }

    package enum Access: Sendable {
        case anyone
        /// A caller with the role user or operator; a `userId` in the body is their own, unless
        /// they are operators.
        case user
        /// The user whom the path or the query names, or an operator.
        case owner
        /// Another part of the system.
        case service

        /// A caller needs one of these roles.
        package var roles: Roles {
            switch self {
            case .anyone, .user, .owner:
                Roles(rawValue: Roles.user.rawValue | Roles.operator.rawValue)
            case .service: .service
            }
        }
    }

    package enum Idempotency: Sendable { case key, none }

    /// What a function uses beside the store: a process that serves it holds the settings and
    /// secrets of these, and no others.
    package enum Resource: Sendable, CaseIterable {
        /// Finds and makes users at the identity provider.
        case identityAdministration
        /// Hands letters on.
        case letterDelivery
        /// Chooses by which channel and to whom a letter goes.
        case letterAddress
    }

    package let name: String
    package let summary: String
    package let trigger: Trigger
    package let access: Access
    package let idempotency: Idempotency
    /// In bytes.
    package let bodyLimit: Int
    /// After this the caller gets 504.
    package let timeoutSeconds: Int
    /// Whether the input holds a password: then its fingerprint is keyed.
    package let holdsPassword: Bool
    package let uses: Set<Resource>

    package init(
        _ name: String,
        _ summary: String,
        _ trigger: Trigger,
        access: Access,
        idempotency: Idempotency = .none,
        bodyLimit: Int = 16_384,
        timeoutSeconds: Int = 10,
        holdsPassword: Bool = false,
        uses: Set<Resource> = []
    ) {
        self.name = name
        self.summary = summary
        self.trigger = trigger
        self.access = access
        self.idempotency = idempotency
        self.bodyLimit = bodyLimit
        self.timeoutSeconds = timeoutSeconds
        self.holdsPassword = holdsPassword
        self.uses = uses
    }
}
