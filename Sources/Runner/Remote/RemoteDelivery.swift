package import Functions

/// Hands events to the process of `notify`, and ends the letters that it refuses or that were tried
/// for too long.
package struct RemoteDelivery: Sendable {
    private let ending: LetterEnding
    private let notify: BaseURL
    private let client: CurlClient
    private let token: ServiceToken

    /// `token` is one of a client with the role `service`.
    package init(
        services: Services,
        notify: BaseURL,
        token: ServiceToken,
        client: CurlClient = CurlClient(pool: .functions),
        now: @escaping @Sendable () -> Timestamp
    ) {
        ending = LetterEnding(services: services, now: now)
        self.notify = notify
        self.client = client
        self.token = token
    }

    package func deliver(_ event: ClaimedEvent) async -> DeliveryOutcome {
        switch await send(event) {
        case .success(let response) where isFunctions(response, event):
            return await outcome(response, event)
        case .success(let response):
            return await ending.postpone(event, foreign(response))
        case .failure(let trouble): return await ending.postpone(event, trouble.reason)
        }
    }

    private struct Trouble: Error { let reason: String }

    /// Whether notify has answered, which gives the event's own request id back.
    ///
    /// What else may listen there, or stand before it, must not end a letter: not as settled, and
    /// not as refused.
    private func isFunctions(_ response: ClientResponse, _ event: ClaimedEvent) -> Bool {
        response.head.first("x-request-id").flatMap { UUID($0) } == event.event.requestID
    }

    private func foreign(_ response: ClientResponse) -> String {
        let server = response.head.first("server").map {
            " from " + KeycloakTrouble.plain(String(decoding: $0, as: UTF8.self))
        }
        return "what answers at \(notify.text) is not notify: \(response.status)\(server ?? "")"
    }

    private func outcome(
        _ response: ClientResponse,
        _ event: ClaimedEvent
    ) async -> DeliveryOutcome {
        switch response.status {
        case 204: return .settled
        case 409: return .stale
        case 400, 422: return await ending.giveUp(event, "notify refuses it: \(said(response))")
        case 401, 403:
            let advice = "check KEYCLOAK_SERVICE_CLIENT_ID and its role service"
            return await ending.postpone(
                event,
                "notify does not take the service token (\(response.status)); \(advice)"
            )
        default: return await ending.postpone(event, "notify answers \(said(response))")
        }
    }

    /// The answer's status and what its problem document says.
    private func said(_ response: ClientResponse) -> String {
        let detail = (try? JSON.parse(response.body))?["detail"]?.string
        return detail.map { "\(response.status): \(KeycloakTrouble.plain($0))" }
            ?? "\(response.status)"
    }

    /// Sends with a token; one that is not taken any more is replaced, once.
    private func send(_ event: ClaimedEvent) async -> Result<ClientResponse, Trouble> {
        do throws(Trouble) {
            let first = try await serviceToken()
            let response = try await send(event, first)
            guard response.status == 401, isFunctions(response, event) else {
                return .success(response)
            }
            await token.drop(first)
            return .success(try await send(event, try await serviceToken()))
        } catch {
            return .failure(error)
        }
    }

    private func serviceToken() async throws(Trouble) -> String {
        do throws(KeycloakTrouble) {
            return try await token.text()
        } catch {
            throw Trouble(reason: "no token for notify: \(error.reason)")
        }
    }

    private func send(
        _ event: ClaimedEvent,
        _ token: String
    ) async throws(Trouble) -> ClientResponse {
        guard var request = ClientRequest(.post, notify, path: "/".utf8) else {
            throw Trouble(reason: "notify at \(notify.text) cannot be called")
        }
        request.fields.add(event)
        request.fields.add("Authorization", "Bearer \(token)")
        request.fields.add("X-Request-Id", event.event.requestID.text)
        request.body = .whole([])
        let patience = Duration.seconds(Notify.declaration.timeoutSeconds + 1)
        request.limits.total = patience
        request.limits.silence = patience
        do throws(ClientError) {
            return try await client.response(to: request)
        } catch {
            throw Trouble(reason: "notify at \(notify.text): \(error)")
        }
    }
}
