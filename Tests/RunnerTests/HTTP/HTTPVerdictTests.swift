import Testing

@Suite struct `HTTP verdicts` {
    @Test(arguments: VerdictRows.requestLines, Sending.allCases)
    func `request line`(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.methods, Sending.allCases)
    func method(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.targets, Sending.allCases)
    func target(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.fields, Sending.allCases)
    func field(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.hosts, Sending.allCases)
    func host(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.lengths, Sending.allCases)
    func length(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.codings, Sending.allCases)
    func coding(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.chunks, Sending.allCases)
    func chunk(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.extensions, Sending.allCases)
    func `chunk extension`(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.trailers, Sending.allCases)
    func trailer(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.sizes, Sending.allCases)
    func size(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.heads, Sending.allCases)
    func `head alone`(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.expectations, Sending.allCases)
    func expectation(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.unknownLengths, Sending.allCases)
    func `unknown length`(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    @Test(arguments: VerdictRows.splits, Sending.allCases)
    func `field that splits`(_ verdict: Verdict, _ sending: Sending) throws {
        try check(verdict, sending, SharedServer.result.get())
    }

    /// What nobody waits for is not said: the body is here already.
    @Test func `no 100 Continue between pipelined requests`() throws {
        let client = Client(try SharedServer.result.get().port)
        let body = post("Expect: 100-continue", "Content-Length: 5", body: "hello")
        client.send(line("GET /first HTTP/1.1") + body + line("GET /last HTTP/1.1"))
        let bodies = (0..<3).map { _ in client.answer()?.body }
        #expect(bodies == ["GET /first ", "POST /p hello", "GET /last "])
    }

    @Test func `an answer that a field of ours would split is logged`() throws {
        let log = KeptLog()
        let server = try TestServer(log: log)
        let client = Client(server.port)
        client.send(line("GET /split HTTP/1.1"))
        let answer = try #require(client.answer())
        #expect(answer.status == 500)
        let identifier = try #require(answer.field("x-request-id"))
        #expect(
            log.text == "error an answer was not given: a field's value holds a control character "
                + "field=Location status=200 requestId=\(identifier)"
        )
    }

    @Test func `TRACE lists the methods that are allowed`() throws {
        let client = Client(try SharedServer.result.get().port)
        client.send(line("TRACE /p HTTP/1.1"))
        let answer = try #require(client.answer())
        #expect(answer.status == 405)
        #expect(answer.field("allow") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
    }
}
