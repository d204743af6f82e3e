import Functions
import Testing

@testable import Runner

/// A management port on loopback, and what was asked of its outbox.
private final class ManagementPort: Sendable {
    let metrics = Metrics(functions: ["deposit", "getAccount"], loops: 2)
    let readiness = Readiness(waitingFor: ["store"])
    let asked = Lock<[OutboxSelection]>([])
    let token = Secret("the-token")
    let address: String
    private let loops: EventLoops
    private let client = CurlClient()

    init(failure: CommandFailure? = nil) throws {
        loops = try EventLoops(count: 1, log: SilentLog())
        let asked = asked
        let handler = ManagementHandler(
            readiness: readiness,
            metrics: metrics,
            token: token
        ) { selection throws(CommandFailure) in
            if let failure { throw failure }
            asked.withLock { $0.append(selection) }
            return 3
        }
        let server = HTTPServer(
            name: "management",
            host: "127.0.0.1",
            port: 0,
            handler: handler,
            loops: loops,
            log: SilentLog()
        )
        address = "http://127.0.0.1:\(try server.start().port)"
    }

    deinit { loops.stop() }

    func send(
        _ method: Runner.Method,
        _ path: String,
        fields: [(StaticString, String)] = [],
        body: String? = nil
    ) async throws -> (status: Int, text: String, head: ClientHead) {
        let base = try #require(BaseURL(address))
        var request = try #require(ClientRequest(method, base, path: path.utf8))
        for (name, value) in fields { request.fields.add(name, value) }
        if let body { request.body = .whole(ContiguousArray(body.utf8)) }
        request.limits.total = .seconds(120)
        let answer = try await client.response(to: request)
        return (answer.status, String(decoding: answer.body, as: UTF8.self), answer.head)
    }
}

struct ManagementHealthTests {
    @Test func `liveness asks nobody, readiness says why not`() async throws {
        let port = try ManagementPort()
        #expect(try await port.send(.get, "/health/live").status == 200)
        let starting = try await port.send(.get, "/health/ready")
        #expect(starting.status == 503)
        #expect(starting.text == #"{"status":"not ready","reasons":["store: starting"]}"#)

        port.readiness.ready("store")
        let ready = try await port.send(.get, "/health/ready")
        #expect(ready.status == 200 && ready.text == #"{"status":"ready"}"#)

        port.readiness.notReady("store", because: "the disk is full")
        #expect(port.readiness.reasons == ["store: the disk is full"])
        port.readiness.ready("store")
        port.readiness.drain()
        let draining = try await port.send(.get, "/health/ready")
        #expect(draining.status == 503 && draining.text.contains("draining"))
        #expect(try await port.send(.get, "/health/live").status == 200)
    }

    @Test func `other paths and methods are refused`() async throws {
        let port = try ManagementPort()
        #expect(try await port.send(.get, "/").status == 404)
        #expect(try await port.send(.get, "/metrics/").status == 404)
        let answer = try await port.send(.post, "/metrics", body: "x")
        #expect(answer.status == 405)
        #expect(
            answer.head.first("allow").map { String(decoding: $0, as: UTF8.self) } == "GET, HEAD"
        )
        let head = try await port.send(.head, "/health/live")
        #expect(head.status == 200 && head.text.isEmpty)
    }
}

struct ManagementMetricsTests {
    @Test func `what was counted is shown, over all loops`() async throws {
        let port = try ManagementPort()
        let requests = port.metrics.requests
        let deposit = try #require(requests.index(of: "deposit"))
        requests.begin(function: deposit, loop: 0)
        requests.begin(function: deposit, loop: 1)
        requests.end(function: deposit, loop: 1, status: 201, nanoseconds: 2_000_000)
        requests.begin(function: deposit, loop: 1)
        requests.end(function: deposit, loop: 1, status: 402, nanoseconds: 60_000_000_000)
        requests.begin(function: deposit, loop: 5)
        requests.end(function: deposit, loop: 5, status: 499, nanoseconds: 500_000)
        port.metrics.counter("orders_letters_total", "Letters.", labels: [("outcome", "a\"b\n")])
            .add(2)
        _ = port.metrics.counter(
            "orders_letters_total",
            "Letters.",
            labels: [("outcome", "failed")]
        )
        port.metrics.gauge("orders_wal_bytes", "The log's size.") { 4096.5 }

        let answer = try await port.send(.get, "/metrics")
        #expect(answer.status == 200)
        #expect(
            answer.head.first("content-type").map { String(decoding: $0, as: UTF8.self) }
                == MetricsWriter.mediaType
        )
        let lines = Set(answer.text.split(separator: "\n").map(String.init))
        for line in [
            #"orders_requests_total{function="deposit",status="2xx"} 1"#,
            #"orders_requests_total{function="deposit",status="4xx"} 1"#,
            #"orders_requests_total{function="deposit",status="gone"} 1"#,
            #"orders_requests_total{function="getAccount",status="2xx"} 0"#,
            #"orders_requests_in_flight{function="deposit"} 1"#,
            #"orders_request_seconds_bucket{function="deposit",le="0.0005"} 1"#,
            #"orders_request_seconds_bucket{function="deposit",le="0.0025"} 2"#,
            #"orders_request_seconds_bucket{function="deposit",le="10"} 2"#,
            #"orders_request_seconds_bucket{function="deposit",le="+Inf"} 3"#,
            #"orders_request_seconds_count{function="deposit"} 3"#,
            #"orders_request_seconds_sum{function="deposit"} 60.0025"#,
            #"orders_letters_total{outcome="a\"b\n"} 2"#,
            #"orders_letters_total{outcome="failed"} 0"#,
            "orders_wal_bytes 4096.5", "# TYPE orders_letters_total counter",
        ] { #expect(lines.contains(line), "\(line)") }
        let types = answer.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(Set(types).count == types.count)
        #expect(answer.text.contains("process_resident_memory_bytes "))
    }

    @Test(arguments: [
        (5.0, "5"), (0.25, "0.25"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        (1e300, "1e+300"),
    ])
    func `a number is written as the format has it`(value: Double, text: String) {
        #expect(MetricsWriter.number(value) == text)
    }

    @Test func `many threads lose no count`() async {
        let requests = RequestMetrics(functions: ["deposit"], loops: 2)
        await withTaskGroup { group in
            for loop in 0..<4 {
                group.addTask {
                    for _ in 0..<10_000 {
                        requests.begin(function: 0, loop: loop)
                        requests.end(function: 0, loop: loop, status: 200, nanoseconds: 1)
                    }
                }
            }
        }
        var writer = MetricsWriter()
        requests.write(to: &writer)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text.contains(#"orders_requests_total{function="deposit",status="2xx"} 40000"#))
        #expect(text.contains(#"orders_requests_in_flight{function="deposit"} 0"#))
    }
}

struct ManagementRedriveTests {
    @Test func `the owner's command reaches the outbox`() async throws {
        let port = try ManagementPort()
        let id = try #require(UUID("01890a5d-ac96-774b-bcce-b302099a8057"))
        #expect(try await ManagementClient.redrive(.all, at: port.address, token: port.token) == 3)
        #expect(
            try await ManagementClient.redrive(.ids([id]), at: port.address, token: port.token) == 3
        )
        #expect(port.asked.withLock { $0 } == [.all, .ids([id])])
    }

    @Test func `nobody else does`() async throws {
        let port = try ManagementPort()
        let good: (StaticString, String) = ("authorization", "Bearer the-token")
        let path = ManagementHandler.redrivePath
        #expect(try await port.send(.post, path, body: #"{"all":true}"#).status == 401)
        for wrong in ["Bearer the-toke", "Bearer the-token ", "bearer the-token2", "the-token"] {
            let answer = try await port.send(
                .post,
                path,
                fields: [("authorization", wrong)],
                body: #"{"all":true}"#
            )
            #expect(answer.status == (wrong.hasSuffix(" ") ? 200 : 401), "\(wrong)")
        }
        let page = try await port.send(
            .post,
            path,
            fields: [good, ("origin", "null")],
            body: #"{"all":true}"#
        )
        #expect(page.status == 403)
        #expect(try await port.send(.get, path, fields: [good]).status == 405)
        await #expect(throws: CommandFailure.self) {
            try await ManagementClient.redrive(.all, at: port.address, token: Secret("wrong"))
        }
        #expect(port.asked.withLock { $0.count } == 1)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"all":false}"#, #"{"all":true,"ids":[]}"#, #"{"ids":[]}"#,
        #"{"ids":["7"]}"#, #"{"ids":[7]}"#,
    ])
    func `a body that names no letters is refused`(body: String) async throws {
        let port = try ManagementPort()
        let answer = try await port.send(
            .post,
            ManagementHandler.redrivePath,
            fields: [("authorization", "Bearer the-token")],
            body: body
        )
        #expect(answer.status == 400)
        #expect(port.asked.withLock { $0.isEmpty })
    }

    @Test func `a failure and a service that is gone are told as busy`() async throws {
        let port = try ManagementPort(failure: CommandFailure("the store is busy"))
        await #expect(
            throws: CommandFailure(
                "the service at \(port.address) answers 503: the store is busy",
                exitCode: 75
            )
        ) {
            try await ManagementClient.redrive(.all, at: port.address, token: port.token)
        }
        do throws(CommandFailure) {
            _ = try await ManagementClient.redrive(
                .all,
                at: "http://127.0.0.1:1",
                token: port.token
            )
            Issue.record("nobody listens there")
        } catch {
            #expect(error.exitCode == 75)
        }
    }
}
