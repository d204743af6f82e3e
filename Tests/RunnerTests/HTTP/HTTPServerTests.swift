internal import Glibc
internal import Runner
import Testing

@Suite struct `HTTP servers` {
    @Test func `localhost is both loopback addresses on one port`() throws {
        let loops = try EventLoops(count: 1, log: SilentLog())
        defer { loops.stop() }
        let server = makeServer(loops, "localhost", 0)
        let bound = try server.start()
        #expect(bound.port > 0)
        #expect(bound.addresses.contains("127.0.0.1") || bound.addresses.contains("::1"))
        for address in bound.addresses {
            let client = Client(bound.port, isVersion6: address == "::1")
            client.send(line("GET /p HTTP/1.1"))
            #expect(client.answer()?.status == 200)
        }
    }

    @Test func `two colons take both families`() throws {
        let server = try TestServer(host: "::")
        let client = Client(server.port)
        client.send(line("GET /p HTTP/1.1"))
        #expect(client.answer()?.status == 200)
    }

    @Test func `a port that is taken is refused`() throws {
        let first = try TestServer()
        for host in ["127.0.0.1", "localhost", "::"] {
            let server = makeServer(first.loops, host, first.port)
            let failure = #expect(throws: ServerError.self) { try server.start() }
            #expect(failure?.description.contains("another program listens there") == true)
            #expect(failure?.description.contains("port \(first.port)") == true)
        }
    }

    @Test func `a host that is none is refused`() throws {
        let loops = try EventLoops(count: 1, log: SilentLog())
        defer { loops.stop() }
        let unknown = makeServer(loops, "no host", 0)
        #expect(throws: ServerError.self) { try unknown.start() }
        let elsewhere = makeServer(loops, "192.0.2.1", 0)
        let failure = #expect(throws: ServerError.self) { try elsewhere.start() }
        #expect(failure?.description.contains("no such address") == true)
    }

    @Test func `over the cap an idle connection gives way`() throws {
        let server = try TestServer { $0.connections = 3 }
        let clients = (0..<3).map { _ in Client(server.port) }
        for client in clients {
            client.send(line("GET /p HTTP/1.1"))
            #expect(client.answer()?.status == 200)
        }
        let late = Client(server.port)
        late.send(line("GET /late-comer HTTP/1.1"))
        #expect(late.answer()?.body == "GET /late-comer ")
        #expect(clients.filter { $0.isClosedNow() }.count == 1)
        #expect(clients[0].isClosed())
    }

    @Test func `over the cap, and all at work, a newcomer is told to come back`() throws {
        let server = try TestServer { $0.connections = 2 }
        let clients = (0..<2).map { _ in Client(server.port) }
        for client in clients {
            client.send(line("GET /park HTTP/1.1"))
            server.handler.expect("parked")
        }
        let late = Client(server.port)
        let answer = try #require(late.answer())
        #expect(answer.status == 503)
        #expect(answer.field("retry-after") == "1")
        checkProblem(answer)
        #expect(late.isClosed())
    }

    @Test func `connections are spread over the loops`() throws {
        let server = try TestServer(loops: 4)
        let clients = (0..<40).map { _ in Client(server.port) }
        for client in clients { client.send(line("GET /park HTTP/1.1")) }
        for _ in clients { server.handler.expect("parked") }
        let loops = server.handler.parked.withLock { $0.map(\.loop) }
        #expect(
            Dictionary(grouping: loops) { $0 }.mapValues(\.count) == [0: 10, 1: 10, 2: 10, 3: 10]
        )
    }

    @Test func `draining answers what is under way and closes the rest`() async throws {
        let server = try TestServer(loops: 2)
        let idle = Client(server.port)
        idle.send(line("GET /p HTTP/1.1"))
        #expect(idle.answer()?.status == 200)
        let busy = Client(server.port)
        busy.send(line("GET /park HTTP/1.1"))
        server.handler.expect("parked")
        let queued = Client(server.port)
        queued.send(line("GET /queued HTTP/1.1"))
        let drained = Task { await server.server.drain(within: 20_000) }
        #expect(idle.isClosed())
        let answer = try #require(queued.answer())
        #expect(answer.body == "GET /queued ")
        let exchange = try #require(server.handler.parked.withLock { $0.first })
        exchange.resume { $0.respond(Response(status: 201)) }
        let last = try #require(busy.answer())
        #expect(last.status == 201)
        #expect(last.closes)
        busy.finish()
        queued.finish()
        #expect(await drained.value == 0)
        #expect(server.server.connectionCount == 0)
    }

    @Test func `draining ends what takes too long`() async throws {
        let server = try TestServer()
        let busy = Client(server.port)
        busy.send(line("GET /park HTTP/1.1"))
        server.handler.expect("parked")
        #expect(await server.server.drain(within: 100) == 1)
        server.handler.expect("gone")
        #expect(busy.answer() == nil)
    }

    @Test func `a drained server listens no more`() async throws {
        let server = try TestServer()
        await server.server.drain(within: 1000)
        let again = makeServer(server.loops, "127.0.0.1", server.port)
        #expect(try again.start().port == server.port)
    }

    @Test func `many connections come and go`() throws {
        let server = try TestServer(loops: 2)
        for _ in 0..<20 {
            let clients = (0..<50).map { _ in Client(server.port) }
            for client in clients { client.send(line("GET /p HTTP/1.1")) }
            for client in clients { #expect(client.answer()?.status == 200) }
        }
        server.expectConnections(0)
    }

    /// In a process of its own: the limit is the process's.
    @Test func `running out of descriptors is survived`() async {
        await #expect(processExitsWith: .success) {
            let server = try TestServer()
            let idle = Client(server.port)
            idle.send(line("GET /p HTTP/1.1"))
            let isServed = idle.answer()?.status == 200
            let late = Client(server.port)
            _ = eventually { server.server.connectionCount == 2 }
            var hoard: [Int32] = []
            var limit = rlimit(rlim_cur: 64, rlim_max: 64)
            setrlimit(__rlimit_resource_t(7), &limit)
            while let descriptor = Optional(dup(0)), descriptor >= 0 { hoard.append(descriptor) }
            late.send(line("GET /later HTTP/1.1"))
            let isLateServed = late.answer()?.status == 200
            close(hoard.removeLast())
            let last = Client(server.port)
            last.send(line("GET /last HTTP/1.1"))
            // The last one's descriptor was the only free one: the server has none to accept with,
            // until the idle connection has given way.
            let isLastServed = last.answer()?.body == "GET /last "
            exit(isServed && isLateServed && isLastServed ? 0 : 1)
        }
    }

    private func makeServer(_ loops: EventLoops, _ host: String, _ port: Int) -> HTTPServer {
        HTTPServer(
            name: "test",
            host: host,
            port: port,
            handler: EchoHandler(),
            loops: loops,
            log: SilentLog()
        )
    }
}
