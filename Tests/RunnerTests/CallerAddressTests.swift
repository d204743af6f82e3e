import Testing

@testable import Runner

@Suite struct CallerAddressTests {
    private func address(_ peer: String, _ forwarded: [String], trusted: [String]) -> String {
        var bytes = ContiguousArray("/".utf8)
        var fields = ContiguousArray<RequestHead.Field>()
        for value in forwarded {
            let name = bytes.count..<bytes.count + "X-Forwarded-For".utf8.count
            bytes += "X-Forwarded-For".utf8
            fields.append(.init(name: name, value: bytes.count..<bytes.count + value.utf8.count))
            bytes += value.utf8
        }
        let head = RequestHead(
            method: .get,
            bytes: bytes,
            pathRange: 0..<1,
            queryRange: nil,
            fields: fields,
            isVersion11: true,
            peer: peer
        )
        return CallerAddress(trustedProxies: trusted.compactMap { NetworkRange($0) }).of(head)
    }

    @Test func `a stranger is who connects, whatever they say`() {
        #expect(address("192.0.2.1", ["10.9.9.9"], trusted: []) == "192.0.2.1")
        #expect(address("192.0.2.1", ["10.9.9.9"], trusted: ["10.0.0.0/8"]) == "192.0.2.1")
    }

    @Test func `a trusted proxy names the caller, and nobody further in front does`() {
        let trusted = ["10.0.0.0/8", "::1"]
        #expect(address("10.0.0.1", ["192.0.2.7"], trusted: trusted) == "192.0.2.7")
        #expect(address("::1", ["6.6.6.6 , 192.0.2.7"], trusted: trusted) == "192.0.2.7")
        #expect(
            address("10.0.0.1", ["6.6.6.6,192.0.2.7,10.0.0.2"], trusted: trusted) == "192.0.2.7"
        )
        #expect(address("10.0.0.1", ["192.0.2.7", "10.0.0.2"], trusted: trusted) == "192.0.2.7")
        #expect(address("::ffff:10.0.0.1", ["2001:db8::1"], trusted: trusted) == "2001:db8::1")
    }

    @Test func `where a proxy names nobody, or no address, it is the caller itself`() {
        let trusted = ["10.0.0.0/8"]
        #expect(address("10.0.0.1", [], trusted: trusted) == "10.0.0.1")
        #expect(address("10.0.0.1", [""], trusted: trusted) == "10.0.0.1")
        #expect(address("10.0.0.1", ["192.0.2.7, unknown"], trusted: trusted) == "10.0.0.1")
        #expect(address("10.0.0.1", ["192.0.2.7, 10.0.0.0/8"], trusted: trusted) == "10.0.0.1")
        #expect(address("10.0.0.1", ["unknown, 10.0.0.2"], trusted: trusted) == "10.0.0.2")
    }
}
