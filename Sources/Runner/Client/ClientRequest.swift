/// What a request may cost.
package struct ClientLimits: Sendable {
    /// For name, connection and TLS.
    package var connect: Duration = .seconds(2)
    /// For the whole exchange; nil: no end but silence.
    package var total: Duration? = .seconds(5)
    /// How long the other side may let us wait between two signs of life.
    package var silence: Duration = .seconds(30)
    package var bodyBytes = 1 << 20
    package var headBytes = 64 << 10
    package var headFields = 200

    package init() {}

    /// For answers that are passed on as they come: of any length and duration.
    package static var streamed: ClientLimits {
        var limits = ClientLimits()
        limits.total = nil
        limits.bodyBytes = .max
        return limits
    }
}

package enum ClientBody: Sendable {
    case none
    case whole(ContiguousArray<UInt8>)
    case streamed(ClientUpload)
}

/// A request to another server.
package struct ClientRequest: Sendable {
    package let method: Method
    /// Absolute, of the characters that a URL may hold.
    let url: String
    package var fields = ClientFields()
    package var body = ClientBody.none
    package var limits = ClientLimits()
    /// Whether it may be sent again, once, when a connection that was kept open dies before an answer.
    ///
    /// Where false, the request is sent once at most.
    package var mayRepeat = false

    /// Nil where path or query hold what a request line may not.
    ///
    /// The path begins with a slash and is sent as it stands: nothing is normalised, nothing encoded.
    package init?(
        _ method: Method,
        _ base: BaseURL,
        path: some Collection<UInt8>,
        query: (some Collection<UInt8>)? = ArraySlice<UInt8>?.none
    ) {
        guard path.first == UInt8(ascii: "/"),
            path.allSatisfy({ Self.mayStand($0) && $0 != UInt8(ascii: "?") }),
            query?.allSatisfy(Self.mayStand) ?? true
        else { return nil }
        self.method = method
        var url = base.text
        url += String(decoding: path, as: UTF8.self)
        if let query {
            url += "?"
            url += String(decoding: query, as: UTF8.self)
        }
        self.url = url
    }

    /// A request to a path of segments, with what else is needed written as `%XX`.
    package init(
        _ method: Method,
        _ base: BaseURL,
        segments: [String],
        query: [(name: String, value: String)] = []
    ) {
        self.method = method
        var url = base.text
        for segment in segments { url += "/" + FormText.escape(segment) }
        if !query.isEmpty { url += "?" + FormText.encode(query) }
        self.url = url
    }

    private static func mayStand(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && byte != UInt8(ascii: "#") && byte != UInt8(ascii: "\\")
    }
}
