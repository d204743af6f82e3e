internal import Glibc
import Testing

@testable internal import Runner

@Suite struct `HTTP connections` {
    @Test func `a head that takes too long is told, however it drips`() throws {
        let server = try TestServer { $0.headMilliseconds = 200 }
        let client = Client(server.port)
        client.send("GET / HTTP/1.1\r\n")
        let drip = Array("Abcdefgh: ijklmnop\r\n".utf8)
        var answer: ReceivedAnswer?
        for count in 0..<10_000 where answer == nil {
            client.send([drip[count % drip.count]])
            answer = client.answer(within: 5)
        }
        #expect(answer?.status == 408)
        #expect(answer?.closes == true)
    }

    @Test func `a body that stops is told`() throws {
        let server = try TestServer { $0.bodyMilliseconds = 200 }
        let client = Client(server.port)
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        #expect(client.answer()?.status == 408)
        server.handler.expect("gone")
    }

    @Test func `a body that drips below the minimum rate is told`() throws {
        let server = try TestServer {
            $0.bodyMilliseconds = 300
            $0.minimumRate = 1_000_000
        }
        let client = Client(server.port)
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n")
        var answer: ReceivedAnswer?
        for _ in 0..<10_000 where answer == nil {
            client.send("a")
            answer = client.answer(within: 5)
        }
        #expect(answer?.status == 408)
    }

    @Test func `an idle connection is closed without a word`() throws {
        let server = try TestServer { $0.idleMilliseconds = 100 }
        let fresh = Client(server.port)
        #expect(fresh.isClosed())
        let used = Client(server.port)
        used.send(line("GET /p HTTP/1.1"))
        #expect(used.answer()?.status == 200)
        #expect(used.isClosed())
    }

    @Test func `a reader that stops is cut off`() throws {
        let server = try TestServer { $0.writeMilliseconds = 200 }
        let client = Client(server.port)
        client.send(line("GET /stream HTTP/1.1"))
        server.handler.expect("full")
        server.handler.expect("gone")
        server.expectConnections(0)
        #expect(client.answer() == nil)
    }

    @Test func `a client that leaves is noticed while its request waits`() throws {
        let server = try TestServer()
        for isHalf in [true, false] {
            let client = Client(server.port)
            client.send(line("GET /park HTTP/1.1"))
            server.handler.expect("parked")
            if isHalf { client.finishSending() } else { client.finish() }
            server.handler.expect("gone")
            if isHalf { #expect(client.isClosed()) }
        }
        server.expectConnections(0)
    }

    @Test func `a FIN behind pipelined requests is noticed though they are not read`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(line("GET /park HTTP/1.1") + line("GET /next HTTP/1.1"))
        server.handler.expect("parked")
        client.finishSending()
        server.handler.expect("gone")
    }

    @Test func `what arrived whole before the FIN is answered`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(line("GET /1 HTTP/1.1") + line("GET /2 HTTP/1.1"))
        client.finishSending()
        #expect(client.answer()?.body == "GET /1 ")
        #expect(client.answer()?.body == "GET /2 ")
        #expect(client.isClosed())
    }

    @Test func `a handler may answer a client that has sent its FIN`() throws {
        let server = try TestServer()
        let client = Client(server.port)
        client.send(line("GET /gone HTTP/1.1"))
        client.finishSending()
        #expect(client.answer()?.status == 200)
        #expect(client.isClosed())
    }

    @Test func `a head that breaks off is told so, silence is not`() throws {
        let server = try TestServer()
        let cut = Client(server.port)
        cut.send("GET / HTTP/1.1\r\nHos")
        cut.finishSending()
        #expect(cut.answer()?.status == 400)
        for start in ["", "\r\n"] {
            let silent = Client(server.port)
            silent.send(start)
            silent.finishSending()
            #expect(silent.isClosed())
        }
    }

    @Test func `one that takes all it can get leaves the others their turn`() throws {
        let server = try TestServer()
        let greedy = Client(server.port)
        greedy.send(line("GET /endless HTTP/1.1"))
        let descriptor = greedy.descriptor
        let reader = try SystemThread.start("reader") {
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
        }
        for _ in 0..<20 {
            let other = Client(server.port)
            other.send(line("GET /p HTTP/1.1"))
            #expect(other.answer()?.status == 200)
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
        pthread_join(reader, nil)
        server.handler.expect("gone")
    }

    @Test func `a blank line alone is no request that took too long`() throws {
        let server = try TestServer { $0.headMilliseconds = 100 }
        let client = Client(server.port)
        client.send("\r\n")
        #expect(client.isClosed())
    }

    @Test func `an exchange that was forgotten after a FIN ends`() throws {
        let server = try TestServer { $0.farewellMilliseconds = 100 }
        let client = Client(server.port)
        client.send(line("GET /forget HTTP/1.1"))
        client.finishSending()
        #expect(client.answer() == nil)
        server.expectConnections(0)
    }

    @Test func `the head may be cut at each byte and goes on`() throws {
        let server = try TestServer()
        let request = Array("POST /p?q HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".utf8)
        for split in 1..<request.count {
            let client = Client(server.port)
            client.send(Array(request[..<split]))
            #expect(client.answer(within: 1) == nil, "an answer after \(split) bytes")
            client.send(Array(request[split...]))
            #expect(client.answer()?.body == "POST /p abc")
        }
    }
}
