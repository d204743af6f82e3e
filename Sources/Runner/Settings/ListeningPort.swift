/// A port that processes listen on, by the settings that say where.
package struct ListeningPort: Sendable {
    /// The names of its settings.
    package let port: String
    package let host: String
    let place: @Sendable (Settings) -> (host: String, port: Int)

    static let all = [
        ListeningPort(port: "PORT", host: "HOST") { ($0.host, $0.port) },
        ListeningPort(port: "MANAGEMENT_PORT", host: "MANAGEMENT_HOST") {
            ($0.managementHost, $0.managementPort)
        },
        ListeningPort(port: "IDENTITY_PORT", host: "IDENTITY_HOST") {
            ($0.identityHost, $0.identityPort)
        },
    ]

    /// Where nothing is set.
    package var number: Int { place(Settings()).port }

    private init(
        port: String,
        host: String,
        place: @escaping @Sendable (Settings) -> (host: String, port: Int)
    ) {
        self.port = port
        self.host = host
        self.place = place
    }

    /// Those that this reader's settings say the place of.
    static func read(by reader: SettingReader) -> [ListeningPort] {
        all.filter { listener in
            [listener.port, listener.host].allSatisfy { SettingTable.isRead($0, by: reader) }
        }
    }
}
