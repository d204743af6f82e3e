/// `runner identity`: the embedded provider alone.
struct IdentityRole: RunningRole {
    private let frame: RoleFrame
    private let identity: EmbeddedIdentity

    static func start(_ settings: Settings, _ log: StandardLog) throws -> IdentityRole {
        let part = "realm"
        let frame = try RoleFrame(
            settings,
            log,
            functions: [],
            waitingFor: [part],
            loopCount: 1
        )
        frame.metrics.watch(disk: settings.dataDirectory)
        let identity = try EmbeddedIdentity.start(
            settings,
            publicURL: settings.publicURL(boundPort: settings.port),
            loops: frame.loops,
            log: log
        )
        frame.metrics.watch(connections: identity.server)
        frame.readiness.ready(part)
        frame.announce(
            "the identity provider",
            [
                ("url", identity.url), ("realm", identity.realmName),
                ("data", settings.dataDirectory + "/identity"),
            ]
        )
        return IdentityRole(frame: frame, identity: identity)
    }

    func drain() async {
        frame.readiness.drain()
        await identity.server.drain(within: ProcessEnding.drainMilliseconds - 500)
        await frame.end()
    }
}
