import Testing

@Suite struct `HTTP bad bytes` {
    /// Every byte that a value may not hold, at each place of values long enough for any vector code.
    @Test(arguments: Array(UInt8(0)...31) + [127])
    func `a control in a value is refused wherever it stands`(_ byte: UInt8) throws {
        guard byte != 9 else { return }
        let server = try SharedServer.result.get()
        for offset in 0...130 {
            var value = [UInt8](repeating: UInt8(ascii: "v"), count: 131)
            value[offset] = byte
            let client = Client(server.port)
            client.send(
                Array("GET / HTTP/1.1\r\nHost: x\r\nA: v".utf8) + value + Array("v\r\n\r\n".utf8)
            )
            #expect(client.answer()?.status == 400, "byte \(byte) at \(offset)")
        }
    }

    @Test func `the last byte of a value may be as bad as the others`() throws {
        let server = try SharedServer.result.get()
        for length in 0...130 {
            let client = Client(server.port)
            let value = String(repeating: "v", count: length)
            client.send("GET / HTTP/1.1\r\nHost: x\r\nA: \(value)\u{0}\r\n\r\n")
            #expect(client.answer()?.status == 400, "NUL behind \(length) bytes")
        }
    }

    @Test func `every byte that is no token's is refused in a name wherever it stands`() throws {
        let server = try SharedServer.result.get()
        let token = Set("!#$%&'*+-.^_`|~0123456789".utf8).union(97...122).union(65...90)
        let colon = UInt8(ascii: ":")
        for byte in UInt8.min...UInt8.max where !token.contains(byte) && byte != colon {
            for offset in [0, 1, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 130] {
                #expect(try status(byte, at: offset, server) == 400, "byte \(byte) at \(offset)")
            }
        }
        for offset in 0...130 {
            for byte: UInt8 in [0, 32, 127, 128, 255, UInt8(ascii: "(")] {
                #expect(try status(byte, at: offset, server) == 400, "byte \(byte) at \(offset)")
            }
        }
    }

    private func status(_ byte: UInt8, at offset: Int, _ server: TestServer) throws -> Int? {
        var name = [UInt8](repeating: UInt8(ascii: "n"), count: 131)
        name[offset] = byte
        let client = Client(server.port)
        client.send(Array("GET / HTTP/1.1\r\nHost: x\r\n".utf8) + name + Array(": v\r\n\r\n".utf8))
        return client.answer()?.status
    }

    @Test func `every byte that no target may hold is refused`() throws {
        let server = try SharedServer.result.get()
        let allowed = Set("!$&'()*+,-./:;=?@[]_~%0123456789".utf8).union(97...122).union(65...90)
        for byte in UInt8.min...UInt8.max where !allowed.contains(byte) {
            let client = Client(server.port)
            client.send(Array("GET /a".utf8) + [byte] + Array("b HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
            #expect(client.answer()?.status == 400, "byte \(byte)")
        }
    }
}
