internal import Functions

/// The ports that the service listens on: free, or taken by a runner, or by somebody else.
struct PortDoctor {
    let settings: Settings
    let client: CurlClient

    private struct Listener {
        let name: String
        let host: String
        let port: Int
        /// What a runner answers here with 200.
        let path: String
    }

    func findings() async -> [DoctorFinding] {
        var listeners = [
            Listener(
                name: "PORT",
                host: settings.host,
                port: settings.port,
                path: "/api/openapi.json"
            ),
            Listener(
                name: "MANAGEMENT_PORT",
                host: settings.managementHost,
                port: settings.managementPort,
                path: "/health/live"
            ),
        ]
        if settings.keycloakURL == nil {
            listeners.append(
                Listener(
                    name: "IDENTITY_PORT",
                    host: settings.identityHost,
                    port: settings.identityPort,
                    path: "/auth/realms/\(settings.keycloakRealm)"
                )
            )
        }
        var found: [DoctorFinding] = []
        for listener in listeners where listener.port != 0 { found.append(await check(listener)) }
        return found
    }

    private func check(_ listener: Listener) async -> DoctorFinding {
        let name = "\(listener.name) \(listener.port)"
        guard let base = BaseURL("http://\(HostName.inURL(listener.host)):\(listener.port)"),
            var request = ClientRequest(.get, base, path: listener.path.utf8)
        else {
            return .failure(
                "\(name): \(Found.quoted(listener.host)) is no host",
                "Set \(listener.name.dropLast(4))HOST."
            )
        }
        request.limits.total = .seconds(3)
        do throws(ClientError) {
            let answer = try await client.response(to: request)
            if answer.status == 200 { return .fine("\(name) is served by a runner") }
        } catch {
            if case .unreachable = error { return .fine("\(name) is free") }
        }
        return .failure(
            "\(name) is taken by another program",
            "End it (ss -ltnp shows which), or set \(listener.name)."
        )
    }
}
