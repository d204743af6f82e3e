internal import Functions

/// A user's way in from the command line: the running gateway, by the same door as everybody.
struct UserSession: Sendable {
    let base: BaseURL
    let client = CurlClient()
    private let settings: Settings
    private let developmentPassword: @Sendable (Settings, String) -> Secret?

    init(
        settings: Settings,
        developmentPassword: @escaping @Sendable (Settings, String) -> Secret?
    ) throws(CommandFailure) {
        let url = settings.publicURL(boundPort: settings.port)
        guard let base = BaseURL(url) else {
            throw CommandFailure("PUBLIC_URL \(Found.text(url)) is no address to call")
        }
        self.base = base
        self.settings = settings
        self.developmentPassword = developmentPassword
    }

    /// An access token by password login, of the public client `orders-web`.
    func token(_ login: Login) async throws(CommandFailure) -> String {
        let password = try password(of: login)
        let form = FormText.encode([
            ("grant_type", "password"), ("client_id", "orders-web"), ("username", login.user),
            ("password", password.value),
        ])
        let path = "/auth/realms/\(settings.keycloakRealm)/protocol/openid-connect/token"
        let answer = try await send(.post, path, body: form) { fields in
            fields.add("Content-Type", "application/x-www-form-urlencoded")
        }
        let body = try? JSON.parse(answer.body)
        if answer.status == 200, let token = body?["access_token"]?.string { return token }
        let reason =
            body?["error_description"]?.string ?? body?["detail"]?.string ?? "no reason given"
        throw CommandFailure(
            "\(base.text) refuses the login of \(Found.text(login.user)) with \(answer.status): "
                + Found.bare(reason)
        )
    }

    /// Sends a request to the gateway and waits for the whole answer.
    func send(
        _ method: Method,
        _ path: String,
        query: String? = nil,
        body: String?,
        _ addFields: (inout ClientFields) -> Void
    ) async throws(CommandFailure) -> ClientResponse {
        guard var request = ClientRequest(method, base, path: path.utf8, query: query?.utf8) else {
            throw CommandFailure("\(Found.text(path)) is no path to call", exitCode: ExitCode.usage)
        }
        addFields(&request.fields)
        if let body { request.body = .whole(ContiguousArray(body.utf8)) }
        request.limits.total = .seconds(60)
        request.limits.silence = .seconds(60)
        request.limits.bodyBytes = 8 << 20
        do throws(ClientError) {
            return try await client.response(to: request)
        } catch {
            throw CommandFailure(
                "\(base.text) cannot be called: \(error). Is `runner serve` running there? "
                    + "PUBLIC_URL says where the gateway is."
            )
        }
    }

    private func password(of login: Login) throws(CommandFailure) -> Secret {
        if let given = login.password { return given }
        if let given = ProcessEnvironment.all()["RUNNER_PASSWORD"], !given.isEmpty {
            return Secret(given)
        }
        if settings.environment == .development,
            let known = developmentPassword(settings, login.user)
        {
            return known
        }
        throw CommandFailure(
            "no password is known for \(Found.text(login.user)): give it as RUNNER_PASSWORD in the "
                + "environment or with --password",
            exitCode: ExitCode.usage
        )
    }
}
