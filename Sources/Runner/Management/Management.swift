/// The management port of a process.
struct Management: Sendable {
    let server: HTTPServer
    /// As whoever shares the machine calls it.
    let url: String

    static func start(
        _ settings: Settings,
        _ handler: ManagementHandler,
        loops: EventLoops,
        log: any Log
    ) throws(ServerError) -> Management {
        let host = settings.managementHost
        let sockets = try HTTPServer.Sockets(
            name: "management",
            host: host,
            port: settings.managementPort
        )
        let server = HTTPServer(
            name: "management",
            sockets: sockets,
            handler: handler,
            loops: loops,
            log: log
        )
        try server.start()
        let url = "http://\(HostName.inURL(host)):\(sockets.bound.port)"
        return Management(server: server, url: url)
    }
}
