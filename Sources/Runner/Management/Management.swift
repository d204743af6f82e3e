/// The management port of a process.
struct Management: Sendable {
    let server: HTTPServer
    /// As whoever shares the machine calls it.
    let url: String

    static func start(
        _ settings: Settings, _ handler: ManagementHandler, loops: EventLoops, log: any Log
    ) throws(ServerError) -> Management {
        let sockets = try HTTPServer.Sockets(
            name: "management", host: settings.managementHost, port: settings.managementPort)
        let server = HTTPServer(
            name: "management", sockets: sockets, handler: handler, loops: loops, log: log)
        try server.start()
        return Management(server: server, url: "http://localhost:\(sockets.bound.port)")
    }
}
