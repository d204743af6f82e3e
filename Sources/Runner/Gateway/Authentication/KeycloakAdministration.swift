package import Functions

/// A user as Keycloak keeps it, as far as it concerns us.
package struct KeycloakUser: Sendable, Equatable {
    package let id: UUID
    package let createdAt: Timestamp
}

/// A user to be.
package struct KeycloakNewUser: Sendable {
    package let email: String
    package let password: Secret
    package let firstName: String
    package let lastName: String
    package let phone: String?
    package let locale: String?

    package init(
        email: String,
        password: Secret,
        firstName: String,
        lastName: String,
        phone: String?,
        locale: String?
    ) {
        self.email = email
        self.password = password
        self.firstName = firstName
        self.lastName = lastName
        self.phone = phone
        self.locale = locale
    }
}

package enum KeycloakCreation: Sendable, Equatable {
    case created(UUID)
    /// The e-mail, or the username that it would be, is somebody's already.
    case exists
    /// Keycloak's own rules are against it.
    case refused([KeycloakRefusal])
}

/// What Keycloak has against one member of a registration, by the name that our clients know.
package struct KeycloakRefusal: Sendable, Equatable {
    /// Empty where it is none of theirs.
    package let member: String
    package let detail: String
}

/// Creates and finds users through Keycloak's admin REST interface.
package struct KeycloakAdministration: Sendable {
    private let client: CurlClient
    private let address: KeycloakAddress
    private let credentials: ClientCredentials
    private let token: ServiceToken

    package init(client: CurlClient, address: KeycloakAddress, credentials: ClientCredentials) {
        self.client = client
        self.address = address
        self.credentials = credentials
        token = ServiceToken(
            client: client,
            address: address,
            credentials: credentials,
            secretSetting: "KEYCLOAK_ADMIN_CLIENT_SECRET"
        )
    }

    /// The user who has this e-mail, in whatever letter case; nil where nobody has.
    package func findUser(email: String) async throws(KeycloakTrouble) -> KeycloakUser? {
        let query = [(name: "email", value: email), (name: "exact", value: "true")]
        var request = address.admin(.get, ["users"], query: query)
        request.mayRepeat = true
        let response = try await send(request)
        guard response.status == 200 else { throw trouble(response, "find user") }
        guard let json = try? JSON.parse(response.body), let users = json.array else {
            throw KeycloakTrouble(.answer, "find user: the answer is no list")
        }
        let wanted = email.lowercased()
        let found = users.filter { $0["email"]?.string?.lowercased().hasSameScalars(as: wanted) == true }
        guard let user = found.first else { return nil }
        guard found.count == 1, let id = user["id"]?.string.flatMap({ UUID($0) }),
            let created = user["createdTimestamp"]?.integer
        else { throw KeycloakTrouble(.answer, "find user: the answer names no single user") }
        return KeycloakUser(id: id, createdAt: Timestamp(milliseconds: created))
    }

    /// Creates the user, or says why not.
    ///
    /// Once sent it is not broken off, not even when the task is cancelled. After trouble it is not
    /// known whether the user is there.
    package func createUser(_ user: KeycloakNewUser) async throws(KeycloakTrouble) -> KeycloakCreation {
        var request = address.admin(.post, ["users"])
        request.fields.add("Content-Type", "application/json")
        request.body = .whole(Self.render(user))
        request.limits.total = .seconds(10)
        let response = try await send(request)
        switch response.status {
        case 201:
            guard let location = response.head.first("location"),
                let id = location.split(separator: UInt8(ascii: "/")).last.flatMap({ UUID($0) })
            else { throw KeycloakTrouble(.answer, "create user: no user id in Location") }
            return .created(id)
        case 409: return .exists
        case 400: return .refused(try refusals(response))
        default: throw trouble(response, "create user")
        }
    }

    private func refusals(_ response: ClientResponse) throws(KeycloakTrouble) -> [KeycloakRefusal] {
        guard let json = try? JSON.parse(response.body),
            let refusals = KeycloakRefusal.all(in: json)
        else { throw trouble(response, "create user") }
        return refusals
    }

    private func trouble(_ response: ClientResponse, _ what: String) -> KeycloakTrouble {
        KeycloakTrouble(
            response,
            to: what,
            as: credentials.id,
            secretSetting: "KEYCLOAK_ADMIN_CLIENT_SECRET"
        )
    }

    /// Sends with a token; one that is not taken any more is replaced, once.
    private func send(_ request: ClientRequest) async throws(KeycloakTrouble) -> ClientResponse {
        let first = try await token.text()
        let response = try await send(request, first)
        guard response.status == 401 else { return response }
        await token.drop(first)
        return try await send(request, try await token.text())
    }

    private func send(
        _ request: ClientRequest,
        _ token: String
    ) async throws(KeycloakTrouble) -> ClientResponse {
        var request = request
        request.fields.add("Authorization", "Bearer \(token)")
        let result = await withCheckedContinuation { continuation in
            _ = client.send(request) { continuation.resume(returning: $0) }
        }
        do throws(ClientError) {
            return try result.get()
        } catch {
            throw KeycloakTrouble(error, at: address)
        }
    }

    private static func render(_ user: KeycloakNewUser) -> ContiguousArray<UInt8> {
        var attributes: [JSON.Member] = []
        if let phone = user.phone { attributes.append(.init("phoneNumber", [.string(phone)])) }
        if let locale = user.locale { attributes.append(.init("locale", [.string(locale)])) }
        let password: JSON = [
            "type": "password", "value": .string(user.password.value), "temporary": false,
        ]
        let json: JSON = [
            "username": .string(user.email), "email": .string(user.email),
            "firstName": .string(user.firstName), "lastName": .string(user.lastName),
            "enabled": true, "attributes": .object(attributes), "credentials": [password],
        ]
        var writer = JSONWriter()
        writer.value(json)
        return writer.bytes
    }
}
