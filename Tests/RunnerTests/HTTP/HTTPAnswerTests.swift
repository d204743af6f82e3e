internal import Runner
import Testing

@Suite struct `HTTP answers` {
    @Test func `HEAD has the head of a GET and no body`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(
            line("GET /abc HTTP/1.1") + line("HEAD /abc HTTP/1.1") + line("GET /x HTTP/1.1")
        )
        let full = try #require(client.answer())
        let head = try #require(client.answer(toHead: true))
        #expect(full.field("content-length") == "9")
        #expect(head.field("content-length") == "10")
        #expect(head.status == 200)
        #expect(Set(head.fields.keys) == Set(full.fields.keys))
        #expect(client.answer()?.body == "GET /x ")
    }

    @Test func `HEAD of a refused body has no body either`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send("HEAD /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n")
        let (bytes, closed) = client.receiveAll()
        #expect(closed)
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\n"))
    }

    @Test func `pipelined requests are answered in order, in few sends`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send((0..<50).map { line("GET /\($0) HTTP/1.1") }.joined())
        for number in 0..<50 { #expect(client.answer()?.body == "GET /\(number) ") }
    }

    @Test func `a parked exchange holds back the next request`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(line("GET /park HTTP/1.1") + line("GET /next HTTP/1.1"))
        server.handler.expect("parked")
        let exchange = try #require(server.handler.parked.withLock { $0.first })
        exchange.resume { $0.respond(Response(status: 201)) }
        #expect(client.answer()?.status == 201)
        #expect(client.answer()?.body == "GET /next ")
    }

    @Test func `an exchange is answered once`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(line("GET /park HTTP/1.1"))
        server.handler.expect("parked")
        let exchange = try #require(server.handler.parked.withLock { $0.first })
        exchange.resume { exchange in
            exchange.respond(Response(status: 201))
            exchange.respond(Response(status: 202))
            exchange.begin(status: 203, fields: ResponseFields(), length: nil)
            exchange.end()
            exchange.abort()
        }
        exchange.resume { $0.respond(Response(status: 204)) }
        #expect(client.answer()?.status == 201)
        client.send(line("GET /next HTTP/1.1"))
        #expect(client.answer()?.body == "GET /next ")
    }

    @Test func `a deadline answers`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        for _ in 0..<3 {
            client.send(line("GET /late HTTP/1.1"))
            #expect(client.answer()?.status == 504)
        }
    }

    @Test func `a streamed answer arrives whole at a slow reader, its producer held back`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(line("GET /stream HTTP/1.1"))
        server.handler.expect("full")
        let answer = try #require(client.answer())
        #expect(answer.body.utf8.count == 8 * 1024 * 1024)
        client.send(line("GET /next HTTP/1.1"))
        #expect(client.answer()?.body == "GET /next ")
    }

    @Test func `to HTTP 1_0 a streamed answer ends with the connection`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let (bytes, closed) = client.receiveAll()
        let text = String(decoding: bytes.prefix(400), as: UTF8.self)
        #expect(closed)
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(!text.contains("Transfer-Encoding"))
        #expect(bytes.count > 8 * 1024 * 1024)
    }

    @Test func `HTTP 1_0 may keep its connection`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        for _ in 0..<2 {
            client.send("GET /p HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            let answer = try #require(client.answer())
            #expect(answer.field("connection") == "keep-alive")
        }
    }

    @Test func `a cut answer never looks whole`() throws {
        let server = try TestServer()
        for path in ["/cut", "/short"] {
            let client = Client(server.port)
            client.send(line("GET \(path) HTTP/1.1"))
            #expect(client.answer() == nil)
        }
        let old = Client(server.port)
        old.send("GET /cut HTTP/1.0\r\n\r\n")
        #expect(!old.receiveAll().closed, "the end of an HTTP/1.0 answer must be a reset")
    }

    @Test func `every answer has an identifier of its own, in rising order`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send((0..<20).map { line("GET /\($0) HTTP/1.1") }.joined() + "bad\r\n")
        let identifiers = (0..<21).compactMap { _ in client.answer()?.field("x-request-id") }
        #expect(identifiers.count == 21)
        #expect(identifiers == Array(Set(identifiers)).sorted())
        #expect(identifiers.allSatisfy { Array($0.utf8)[14] == UInt8(ascii: "7") })
    }
}
