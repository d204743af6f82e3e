internal import Functions

/// What a container's health check asks of the process beside it: whether it is ready.
///
/// Not whether it lives: a container that does not would have ended, and whoever looks at the health
/// of one waits until it can be used. Nothing is restarted because of it; that is for liveness
/// probes, which ask the port themselves.
struct HealthQuestion {
    private static let path = "/health/ready"
    private static let patience = Duration.seconds(5)

    /// The management port, as this machine calls it.
    private let address: String

    init(_ settings: Settings) {
        let host = HostName.inURL(settings.managementHost)
        address = "http://\(host):\(settings.managementPort)"
    }

    /// One line.
    ///
    /// - Throws: Why not, in one line.
    func ask() async throws(CommandFailure) -> String {
        guard let base = BaseURL(address),
            var request = ClientRequest(.get, base, path: HealthQuestion.path.utf8)
        else { throw CommandFailure("\(address) is no address to call") }
        request.limits.connect = .seconds(2)
        request.limits.total = HealthQuestion.patience
        let answer: ClientResponse
        do throws(ClientError) {
            answer = try await CurlClient().response(to: request)
        } catch {
            throw CommandFailure("\(address)\(HealthQuestion.path) cannot be asked: \(error)")
        }
        let document = try? JSON.parse(answer.body)
        guard answer.status == 200 else {
            let reasons = document?["reasons"]?.array?.compactMap(\.string) ?? []
            let reason = reasons.isEmpty ? "" : ": " + Found.bare(reasons.joined(separator: "; "))
            throw CommandFailure("\(address) answers \(answer.status), not ready\(reason)")
        }
        guard document?["status"]?.string == "ready" else {
            throw CommandFailure("\(address) answers 200 but is no management port of ours")
        }
        return "\(address) is ready"
    }
}
