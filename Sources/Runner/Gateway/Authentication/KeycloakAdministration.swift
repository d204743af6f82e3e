package import Functions

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
            secretSetting: Self.secretSetting
        )
    }

    /// The same as functions know it; trouble is in the log when they hear of it.
    package func verbs(_ log: any Log) -> IdentityAdministration {
        @Sendable func report(_ trouble: KeycloakTrouble) -> ProviderUnavailable {
            log.error("users cannot be administered", [("reason", trouble.reason)])
            return ProviderUnavailable(trouble.reason)
        }
        return IdentityAdministration(
            findUser: { email async throws(ProviderUnavailable) in
                do throws(KeycloakTrouble) {
                    return try await findUser(email: email)
                } catch {
                    throw report(error)
                }
            },
            createUser: { user async throws(ProviderUnavailable) in
                do throws(KeycloakTrouble) {
                    return try await createUser(user)
                } catch {
                    throw report(error)
                }
            }
        )
    }

    /// The user who has this e-mail, in whatever letter case; nil where nobody has.
    package func findUser(
        email: String
    ) async throws(KeycloakTrouble) -> IdentityAdministration.FoundUser? {
        let query = [(name: "email", value: email), (name: "exact", value: "true")]
        var request = address.admin(.get, ["users"], query: query)
        request.mayRepeat = true
        let response = try await send(request)
        guard response.status == 200 else { throw trouble(response, "find user") }
        guard let json = try? JSON.parse(response.body), let users = json.array else {
            throw KeycloakTrouble(.answer, "find user: the answer is no list")
        }
        let wanted = email.lowercased()
        let found = users.filter {
            $0["email"]?.string?.lowercased().hasSameScalars(as: wanted) == true
        }
        guard let user = found.first else { return nil }
        guard found.count == 1, let id = user["id"]?.string.flatMap({ UUID($0) }),
            let created = user["createdTimestamp"]?.integer
        else { throw KeycloakTrouble(.answer, "find user: the answer names no single user") }
        return .init(id: UserID(id), createdAt: Timestamp(milliseconds: created))
    }

    /// Creates the user, or says why not.
    ///
    /// Once sent it is not broken off, not even when the task is cancelled. After trouble it is not
    /// known whether the user is there.
    package func createUser(
        _ user: IdentityAdministration.NewUser
    ) async throws(KeycloakTrouble) -> IdentityAdministration.Creation {
        var request = address.admin(.post, ["users"])
        request.fields.add("Content-Type", "application/json")
        request.body = .whole(Self.render(user))
        request.limits.total = .seconds(10)
        let response = try await send(request)
        switch response.status {
        case 201:
            // Keycloak builds the address from whatever host it was called by: only its end counts.
            guard let location = response.head.first("location"),
                let id = location.split(separator: UInt8(ascii: "/")).last.flatMap({ UUID($0) })
            else { throw KeycloakTrouble(.answer, "create user: no user id in Location") }
            return .created(UserID(id))
        case 409: return .exists
        case 400:
            guard let json = try? JSON.parse(response.body),
                let problems = KeycloakRefusal.problems(in: json)
            else { throw trouble(response, "create user") }
            return .refused(problems)
        default: throw trouble(response, "create user")
        }
    }

    private static let secretSetting = "KEYCLOAK_ADMIN_CLIENT_SECRET"

    private func trouble(_ response: ClientResponse, _ what: String) -> KeycloakTrouble {
        KeycloakTrouble(
            response,
            to: what,
            as: credentials.id,
            secretSetting: Self.secretSetting
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
        do throws(ClientError) {
            return try await client.uncancelledResponse(to: request)
        } catch {
            throw KeycloakTrouble(error, at: address)
        }
    }

    private static func render(_ user: IdentityAdministration.NewUser) -> ContiguousArray<UInt8> {
        var attributes: [JSON.Member] = []
        if let phone = user.phone { attributes.append(.init("phoneNumber", [.string(phone)])) }
        if let locale = user.locale { attributes.append(.init("locale", [.string(locale)])) }
        let password: JSON = [
            "type": "password", "value": .string(user.password), "temporary": false,
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
