internal import Runner
import Testing

@Suite struct `HTTP basics` {
    @Test func `a request is answered and the connection goes on`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        for _ in 0..<3 {
            client.send("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
            let answer = try #require(client.answer())
            #expect(answer.status == 200)
            #expect(answer.body == "POST /a hello")
            #expect(answer.field("content-length") == "13")
            #expect(answer.field("connection") == nil)
            #expect(answer.field("x-request-id")?.count == 36)
            #expect(answer.field("date")?.hasSuffix("GMT") == true)
        }
    }
}
