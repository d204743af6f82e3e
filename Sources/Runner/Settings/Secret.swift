/// A value that is never printed.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    package let value: String

    package init(_ value: String) { self.value = value }

    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
}

extension Secret: CustomReflectable {
    /// Nothing: `dump` and a test's failure message look through descriptions.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A client of Keycloak's and its secret.
package struct ClientCredentials: Sendable {
    package var id: String
    package var secret: Secret

    package init(id: String, secret: Secret) {
        self.id = id
        self.secret = secret
    }
}
