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

    @Test func `TRACE lists the methods that are allowed`() throws {
        let client = Client(try SharedServer.result.get().port)
        client.send(line("TRACE /p HTTP/1.1"))
        let answer = try #require(client.answer())
        #expect(answer.status == 405)
        #expect(answer.field("allow") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
    }
}
