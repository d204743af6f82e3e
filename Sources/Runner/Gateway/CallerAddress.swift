/// Who sent a request, as far as that can be believed.
struct CallerAddress: Sendable {
    /// Whose `X-Forwarded-For` is believed.
    let trustedProxies: [NetworkRange]

    /// The peer's address; of trusted proxies the one that they name.
    ///
    /// Each proxy adds at the end whom it heard, so the list is read from there, for as long as the
    /// one who added is trusted: what stands further in front may be made up.
    func of(_ head: RequestHead) -> String {
        var address = head.peer
        guard isTrusted(address) else { return address }
        for named in CallerAddress.forwarded(head).reversed() {
            guard NetworkRange.isAddress(named) else { break }
            address = named
            guard isTrusted(address) else { break }
        }
        return address
    }

    private func isTrusted(_ address: String) -> Bool {
        trustedProxies.contains { $0.contains(address) }
    }

    private static func forwarded(_ head: RequestHead) -> [String] {
        head.fields.filter { head.matches($0.name, "x-forwarded-for") }
            .flatMap { head.bytes[$0.value].split(separator: UInt8(ascii: ",")) }
            .map { String(decoding: $0.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self) }
    }
}
