/// The id of a user, an order, a letter …: a UUID that cannot be taken for another kind's.
package struct ID<Subject>: Hashable, Comparable, Sendable {
    package let uuid: UUID

    package init(_ uuid: UUID) { self.uuid = uuid }

    package static func < (left: ID, right: ID) -> Bool { left.uuid < right.uuid }
}

extension ID: CustomStringConvertible {
    package var description: String { uuid.text }
}

package enum User {}
package typealias UserID = ID<User>

/// What a caller may do: the realm roles of Keycloak that this service knows.
package struct Roles: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let user = Roles(rawValue: 1)
    package static let `operator` = Roles(rawValue: 2)
    package static let service = Roles(rawValue: 4)

    /// Whether both name the same role.
    package func overlap(_ other: Roles) -> Bool { rawValue & other.rawValue != 0 }
}

/// Who calls: made by the token check and by nothing else.
///
/// Never changes; an object, since much of what a request is made of holds it.
package final class Caller: Sendable {
    package let userID: UserID
    package let roles: Roles
    /// The contact that the caller's own token names, as it stands there.
    package let claims: ContactClaims

    package init(userID: UserID, roles: Roles, claims: ContactClaims = ContactClaims()) {
        self.userID = userID
        self.roles = roles
        self.claims = claims
    }

    package var isOperator: Bool { roles.contains(.operator) }
}

/// The claims of a token about how to reach its user; not yet checked by register's rules.
package struct ContactClaims: Sendable, Equatable {
    package var email: String?
    package var phone: String?
    package var locale: String?

    package init(email: String? = nil, phone: String? = nil, locale: String? = nil) {
        self.email = email
        self.phone = phone
        self.locale = locale
    }
}

/// What surrounds one call of a function and is no input of it.
package struct Call: Sendable {
    /// Nil where anyone may call.
    package let caller: Caller?
    package let requestID: UUID
    /// W3C trace context, where the request had one.
    package let traceparent: String?
    package let configuration: FunctionConfiguration

    package init(
        caller: Caller?,
        requestID: UUID,
        traceparent: String? = nil,
        configuration: FunctionConfiguration
    ) {
        self.caller = caller
        self.requestID = requestID
        self.traceparent = traceparent
        self.configuration = configuration
    }

    /// Whether the caller may see what belongs to this user.
    package func maySee(_ userID: UserID) -> Bool {
        guard let caller else { return false }
        return caller.userID == userID || caller.isOperator
    }
}

/// The settings that functions decide by.
///
/// They never change; an object, since every call holds it.
package final class FunctionConfiguration: Sendable {
    package enum Channel: String, Sendable, CaseIterable { case email, sms, webhook }

    /// ISO 4217.
    package let currency: String
    package let channel: Channel
    /// Scheme and host of the webhook, where one is set.
    package let webhookRecipient: String?
    /// The A-labels of an international domain; nil where it is none.
    ///
    /// A pure function: a transaction may be run again.
    package let domainToASCII: @Sendable (String) -> String?

    package init(
        currency: String,
        channel: Channel = .email,
        webhookRecipient: String? = nil,
        domainToASCII: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.currency = currency
        self.channel = channel
        self.webhookRecipient = webhookRecipient
        self.domainToASCII = domainToASCII
    }
}
