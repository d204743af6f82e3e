internal import Runner
import Testing

@Suite struct `HTTP bodies` {
    /// As `http.client` of Python posts: all of the body first, then it reads.
    @Test(arguments: [2 * 1024 * 1024, 7 * 1024 * 1024], [false, true])
    func `a client that posts too much reads the 413`(_ size: Int, _ isChunked: Bool) throws {
        let server = try TestServer()
        for _ in 0..<10 {
            let client = Client(server.port)
            client.send("POST /p HTTP/1.1\r\nHost: x\r\n")
            let body = [UInt8](repeating: 65, count: size)
            if isChunked {
                client.send("Transfer-Encoding: chunked\r\n\r\n\(String(size, radix: 16))\r\n")
                #expect(client.send(body))
                client.send("\r\n0\r\n\r\n")
            } else {
                client.send("Content-Length: \(size)\r\n\r\n")
                #expect(client.send(body))
            }
            #expect(client.answer()?.status == 413)
            #expect(client.isClosed())
        }
    }

    @Test func `what is sent beyond all bounds is cut off`() throws {
        let server = try TestServer { $0.lingerBytes = 256 * 1024 }
        let client = Client(server.port)
        client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        let piece = [UInt8](repeating: 65, count: 64 * 1024)
        var isCut = false
        for _ in 0..<1000 where !isCut { isCut = !client.send(piece) }
        #expect(isCut)
    }

    @Test func `100 Continue comes once the handler asks`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(
            "POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
        )
        let interim = try #require(client.answer())
        #expect(interim.status == 100)
        #expect(interim.fields.isEmpty)
        client.send("ab")
        #expect(client.answer()?.body == "POST /p ab")
        client.send(line("GET /again HTTP/1.1"))
        #expect(client.answer()?.body == "GET /again ")
    }

    @Test func `no 100 Continue for who sends the body at once`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(
            "POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab"
        )
        #expect(client.answer()?.status == 200)
    }

    @Test func `no 100 Continue in HTTP 1_0, nor without a body`() throws {
        let server = try TestServer()
        let old = Client(server.port)
        old.send("POST /p HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        old.send("ab")
        #expect(old.answer()?.status == 200)
        let bare = Client(server.port)
        bare.send("GET /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n")
        #expect(bare.answer()?.status == 200)
    }

    @Test func `who waits for 100 Continue in vain is told and closed`() throws {
        let server = try TestServer()
        for path in ["/ignore", "/p"] {
            let client = Client(server.port)
            client.send(
                "POST \(path) HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n"
            )
            let answer = try #require(client.answer())
            #expect(answer.status == (path == "/p" ? 413 : 404))
            #expect(answer.closes)
            #expect(client.isClosed())
        }
    }

    @Test func `a short body nobody reads does not end the connection, a long one does`() throws {
        let server = try TestServer()
        let short = Client(server.port)
        for length in [1, 60_000] {
            short.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n")
            #expect(short.answer()?.closes == false)
            short.send([UInt8](repeating: 65, count: length))
        }
        short.send(
            "POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        )
        #expect(short.answer()?.status == 404)
        short.send("0\r\n\r\n" + line("GET /next HTTP/1.1"))
        #expect(short.answer()?.body == "GET /next ")
        let long = Client(server.port)
        long.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n")
        #expect(long.answer()?.closes == true)
        #expect(long.isClosed())
    }

    @Test func `chunks nobody reads end the connection when there are too many`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(client.answer()?.status == 404)
        client.send("20000\r\n" + String(repeating: "a", count: 0x20000) + "\r\n")
        #expect(client.isClosed())
    }

    @Test(arguments: ["Content-Length: 3000000", "Transfer-Encoding: chunked"])
    func `a body is streamed, with pauses`(_ field: String) throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send("POST /sink HTTP/1.1\r\nHost: x\r\n\(field)\r\n\r\n")
        let piece = [UInt8](repeating: 65, count: 30_000)
        for _ in 0..<100 {
            if field.hasPrefix("T") { client.send("7530\r\n") }
            client.send(piece)
            if field.hasPrefix("T") { client.send("\r\n") }
        }
        if field.hasPrefix("T") { client.send("0\r\n\r\n") }
        #expect(client.answer()?.body == "3000000")
        client.send(line("GET /next HTTP/1.1"))
        #expect(client.answer()?.body == "GET /next ")
    }

    @Test func `a body that breaks the rules ends the exchange`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        client.send("zz\r\n")
        #expect(client.answer()?.status == 400)
        #expect(client.isClosed())
        server.handler.expect("gone")
    }

    @Test func `a body that breaks off is told so`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        client.finishSending()
        let answer = try #require(client.answer())
        #expect(answer.status == 400)
        #expect(answer.body.contains("before its body was whole"))
        #expect(client.isClosed())
        server.handler.expect("gone")
    }

    @Test func `a body that breaks the rules cuts an answer that has begun`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(
            "POST /interrupted HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
        )
        _ = client.receive()
        client.send("zz\r\n")
        let rest = client.receiveAll()
        #expect(!String(decoding: rest.bytes, as: UTF8.self).contains("0\r\n\r\n"))
        server.handler.expect("gone")
    }
}
